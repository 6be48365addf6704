use async_hooks::async_resource;

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource("ROW")]
pub struct Row(pub u8);

pub fn sql(query: DbQuery, Row(_n, ..): Row) -> String {
    let DbQuery { sql, .. } = query;
    sql
}

fn main() {}
