use async_hooks::async_resource;

#[async_resource("DBQuery")]
#[derive(Clone, Debug, Default)]
pub struct DbQuery {
    pub sql: String,
}

fn main() {
    let _ = DbQuery::default().clone();
}
