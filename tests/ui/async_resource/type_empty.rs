use async_hooks::async_resource;

#[async_resource("")]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
