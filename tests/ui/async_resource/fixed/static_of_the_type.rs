use std::sync::LazyLock;

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

pub static FEW: LazyLock<Limit> = LazyLock::new(|| Limit::new(3));

fn main() {
    let _ = FEW.n;
}
