use async_hooks::async_resource;

#[async_resource("BYTES")]
pub struct Bytes {
    pub len: usize,
    pub bytes: [u8],
}

#[async_resource("TEXT")]
pub struct Text(pub usize, pub str);

#[async_resource("TAIL")]
pub struct Tail<T: ?Sized>(pub usize, pub T);

fn main() {}
