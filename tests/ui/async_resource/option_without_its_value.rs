use async_hooks::async_resource;

#[async_resource("DBQuery", fields, crate)]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource]
impl DbQuery {
    #[async_resource(trigger)]
    pub fn new(sql: String) -> Self {
        Self { sql }
    }
}

fn main() {}
