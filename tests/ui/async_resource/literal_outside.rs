use async_hooks::async_resource;

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource("ROW")]
pub struct Row(pub u8);

#[async_resource("DB")]
pub struct Db;

pub fn query(sql: String) -> DbQuery {
    DbQuery { sql }
}

pub fn row() -> Row {
    Row(1)
}

pub fn db() -> Db {
    Db
}

fn main() {}
