use async_hooks::async_resource;

#[async_resource("DBQuery", manual_destroy = true)]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource]
impl DbQuery {
    #[async_resource(skip = true)]
    pub fn len(&self) -> usize {
        self.sql.len()
    }
}

fn main() {}
