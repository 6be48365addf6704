use async_hooks::async_resource;

#[async_resource("LIMIT")]
pub struct Limit {
    pub n: u8,
}

#[async_resource]
impl Limit {
    #[async_resource(skip)]
    pub fn new(n: u8) -> Self {
        Self { n }
    }
    #[async_resource]
    fn max() -> u8 {
        3
    }
}

fn main() {}
