use async_hooks::async_resource;

#[async_resource("LIMIT")]
pub struct Limit {
    pub n: u8,
}

#[async_resource]
impl Limit {
    pub const NONE: Self = Self { n: 0 };

    pub fn few() -> u8 {
        const FEW: Limit = Limit { n: 3 };
        static MANY: Limit = Limit { n: 200 };
        FEW.n + MANY.n
    }
}

fn main() {}
