#[async_resource("POOL")]
struct Pool {
    #[resource]
    resource: ResourceOf<Self>,
    size: usize,
}

#[async_resource]
impl Pool {
    fn new(size: usize) -> Self {
        Self { resource: ResourceOf::new(), size }
    }
}
