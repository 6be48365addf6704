use async_hooks::async_resource;

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

impl DbQuery {
    pub fn new(sql: String) -> Self {
        Self { sql }
    }
}

fn main() {}
