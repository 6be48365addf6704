use async_hooks::async_resource;

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource("ROW")]
pub struct Row(pub u8);

#[async_resource("DB")]
pub struct Db;

#[async_resource]
impl DbQuery {
    pub fn new(sql: String) -> Self {
        Self { sql }
    }
}

#[async_resource]
impl Row {
    pub fn new(n: u8) -> Self {
        Self(n)
    }
}

#[async_resource]
impl Db {
    pub fn new() -> Self {
        Self
    }
}

pub fn query(sql: String) -> DbQuery {
    DbQuery::new(sql)
}

fn main() {
    let _ = (query(String::new()), Row::new(1), Db::new());
}
