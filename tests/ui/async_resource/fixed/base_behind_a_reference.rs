use async_hooks::async_resource;

#[async_resource("DBQuery")]
#[derive(Clone)]
pub struct DbQuery {
    pub sql: String,
    pub limit: usize,
}

#[async_resource]
impl DbQuery {
    pub fn limited(&self, limit: usize) -> Self {
        Self { limit, ..self.clone() }
    }
}

fn main() {}
