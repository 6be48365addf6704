use async_hooks::async_resource;

macro_rules! make {
    ($ty:ident with $($field:ident: $value:expr),*) => {
        $ty { $($field: $value),* }
    };
}

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource]
impl DbQuery {
    pub fn new(sql: String) -> Self {
        make!(Self with sql: sql)
    }
}

fn main() {}
