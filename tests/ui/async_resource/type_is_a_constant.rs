use async_hooks::async_resource;

const TYPE: &str = "DBQuery";

#[async_resource(TYPE)]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
