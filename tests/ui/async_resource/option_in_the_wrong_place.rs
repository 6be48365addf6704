use ah::async_resource;

#[async_resource("DBQuery", skip, trigger = 1)]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource(manual_destroy, trigger = 1)]
impl DbQuery {
    #[async_resource("DBQuery", crate = ah)]
    pub fn len(&self) -> usize {
        self.sql.len()
    }
}

fn main() {}
