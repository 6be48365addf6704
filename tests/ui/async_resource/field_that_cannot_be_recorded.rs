use async_hooks::async_resource;

#[async_resource("DBQuery", fields(pools = [1, 2]))]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
