#[async_resource]
impl Client {
    pub fn lazily(&self) -> impl Future<Output = bool> + '_ {
        async move { true }
    }
    pub fn eagerly(&mut self) -> impl Future<Output = bool> + use<> {
        self.n += 1;
        async move { true }
    }
    pub fn boxed(&self) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        Box::pin(async move { true })
    }
    #[instrument]
    pub async fn with_another_attribute(&self, (a, b): (u8, u8)) -> u8 {
        a + b
    }
}
