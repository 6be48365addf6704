use async_hooks::async_resource;

#[async_resource("DBQuery")]
#[async_resource("Query")]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource]
#[async_resource]
impl DbQuery {
    #[async_resource(skip)]
    #[async_resource(trigger = 1)]
    pub fn new(&self) -> Self {
        Self { sql: String::new() }
    }
}

fn main() {}
