use async_hooks::{ResourceOf, async_resource};

#[async_resource("POOL")]
pub struct Pool {
    #[resource("POOL")]
    pub resource: ResourceOf<Self>,
}

fn main() {}
