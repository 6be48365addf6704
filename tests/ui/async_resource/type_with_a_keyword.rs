use async_hooks::async_resource;

#[async_resource(name = "DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
