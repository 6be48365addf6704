#[async_resource]
impl Fetch for Arc<Client> {
    async fn fetch(&self) -> u8 {
        self.n
    }
    fn sync(&self) -> Client {
        Client { n: 1 }
    }
}
