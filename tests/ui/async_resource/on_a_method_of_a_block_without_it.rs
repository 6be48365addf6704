use async_hooks::async_resource;

#[async_resource("QUERY")]
pub struct Query(u8);

impl Query {
    #[async_resource(skip)]
    pub fn rows(&self) -> u8 {
        self.0
    }
}

fn main() {}
