use async_hooks::async_resource;

#[async_resource("DBQuery", crate = "async_hooks")]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
