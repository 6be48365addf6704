use async_hooks::async_resource;

#[async_resource(7)]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
