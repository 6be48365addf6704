use async_hooks::async_resource;

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource]
impl DbQuery {
    pub fn new(sql: String) -> Self {
        fn make(sql: String) -> DbQuery {
            DbQuery { sql }
        }
        make(sql)
    }
}

fn main() {}
