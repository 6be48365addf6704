use async_hooks::async_resource;

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

pub type Query = DbQuery;

#[async_resource]
impl DbQuery {
    pub fn new(sql: String) -> Self {
        Query { sql }
    }
}

fn main() {}
