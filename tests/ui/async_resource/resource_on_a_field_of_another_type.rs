use async_hooks::async_resource;

#[async_resource("POOL")]
pub struct Pool {
    #[resource]
    pub size: usize,
}

fn main() {}
