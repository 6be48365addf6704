use async_hooks::async_resource;

#[async_resource("DBQuery", skip, trigger = 1)]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource(manual_destroy, trigger = 1)]
impl DbQuery {
    #[async_resource("DBQuery", crate = async_hooks)]
    pub fn len(&self) -> usize {
        self.sql.len()
    }
}

fn main() {}
