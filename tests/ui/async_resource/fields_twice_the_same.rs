use async_hooks::async_resource;

#[async_resource("DBQuery", fields(pool = 1, host = "a", pool = 2))]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
