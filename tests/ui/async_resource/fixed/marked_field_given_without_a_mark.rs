use async_hooks::{ResourceOf, async_resource};

#[async_resource("POOL")]
pub struct Pool {
    #[resource]
    pub resource: ResourceOf<Self>,
}

#[async_resource]
impl Pool {
    pub fn new(resource: ResourceOf<Self>) -> Self {
        Self {
            #[resource]
            resource,
        }
    }
    pub fn fresh() -> Self {
        Self { resource: ResourceOf::new() }
    }
}

fn main() {}
