use async_hooks::async_resource;

#[derive(Clone, Debug, Default)]
#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
