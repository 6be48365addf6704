use ah::async_resource;

#[async_resource("DBQuery", crate = "ah")]
pub struct DbQuery {
    pub sql: String,
}

fn main() {}
