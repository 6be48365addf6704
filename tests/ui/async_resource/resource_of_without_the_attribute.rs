use async_hooks::ResourceOf;

pub struct Pool {
    pub resource: ResourceOf<Self>,
}

impl Pool {
    pub fn new() -> Self {
        Self { resource: ResourceOf::new() }
    }
}

fn main() {}
