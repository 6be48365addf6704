use async_hooks::{AsyncResource, async_resource};

#[async_resource("BYTES")]
pub struct Bytes {
    pub len: usize,
    pub bytes: Box<[u8]>,
}

#[async_resource("TAIL")]
pub struct Tail<T: ?Sized> {
    #[resource]
    pub resource: AsyncResource,
    pub tail: T,
}

fn main() {
    let _: Box<Tail<[u8]>> = Box::new(Tail { resource: AsyncResource::new("TAIL"), tail: [1, 2] });
}
