use async_hooks::async_resource;

#[async_resource("LIMIT")]
pub struct Limit {
    pub n: u8,
}

#[async_resource]
impl Limit {
    pub const fn new(n: u8) -> Self {
        Self { n }
    }
    pub const fn get(&self) -> u8 {
        self.n
    }
}

fn main() {}
