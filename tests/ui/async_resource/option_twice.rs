use async_hooks::async_resource;

#[async_resource("DBQuery", manual_destroy, fields(a = 1), manual_destroy, fields(b = 2))]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource]
impl DbQuery {
    #[async_resource(trigger = 1, trigger = 2)]
    pub fn new(sql: String) -> Self {
        Self { sql }
    }
}

fn main() {}
