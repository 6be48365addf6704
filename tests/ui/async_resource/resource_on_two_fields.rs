use async_hooks::{ResourceOf, async_resource};

#[async_resource("POOL")]
pub struct Pool {
    #[resource]
    pub one: ResourceOf<Self>,
    #[resource]
    pub two: ResourceOf<Self>,
}

fn main() {}
