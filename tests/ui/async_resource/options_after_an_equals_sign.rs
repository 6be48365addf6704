use async_hooks::async_resource;

#[async_resource("LIMIT")]
pub struct Limit {
    pub n: u8,
}

#[async_resource]
impl Limit {
    #[async_resource = "skip"]
    pub fn get(&self) -> u8 {
        self.n
    }
}

fn main() {}
