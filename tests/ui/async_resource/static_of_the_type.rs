use async_hooks::async_resource;

#[async_resource("LIMIT")]
pub struct Limit {
    pub n: u8,
}

#[async_resource]
impl Limit {
    pub fn new(n: u8) -> Self {
        Self { n }
    }
}

pub static FEW: Limit = Limit { n: 3 };
pub static MANY: Limit = Limit::new(200);

fn main() {}
