use async_hooks::async_resource;

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource]
impl DbQuery {
    pub fn new(sql: String) -> Self {
        Self { sql }
    }
    pub fn len(&self) -> usize {
        self.sql.len()
    }
    pub async fn rows(&self) -> usize {
        self.sql.len()
    }
}

fn main() {}
