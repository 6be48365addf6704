use async_hooks::async_resource;

macro_rules! set {
    ($this:ident with $($field:ident: $value:expr),*) => {
        $($this.$field = $value;)*
    };
}

#[async_resource("DBQuery")]
pub struct DbQuery {
    pub sql: String,
}

#[async_resource]
impl DbQuery {
    pub fn new(sql: String) -> Self {
        let mut made = Self { sql: String::new() };
        set!(made with sql: sql);
        made
    }
}

fn main() {
    let _ = DbQuery::new(String::new()).sql;
}
