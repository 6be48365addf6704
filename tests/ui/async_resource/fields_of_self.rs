use async_hooks::async_resource;

#[async_resource("DBQuery", fields(sql = %self.sql, len))]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource("DBQuery", fields(sql = %self.sql))]
pub struct Other {
    pub sql: String,
}

fn main() {}
