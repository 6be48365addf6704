use async_hooks::async_resource;

#[async_resource("LIMIT")]
pub struct Limit {
    pub n: u8,
}

#[async_resource]
impl Limit {
    #[async_resource(trigger = parent)]
    pub fn new(parent: &Limit) -> Self {
        Self { n: parent.n }
    }
}

fn main() {}
