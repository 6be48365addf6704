use async_hooks::async_resource;

#[async_resource("DBQuery", manual_destory)]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource(skip_all)]
impl DbQuery {
    #[async_resource(triger = 1)]
    pub fn new(sql: String) -> Self {
        Self { sql }
    }
}

fn main() {}
