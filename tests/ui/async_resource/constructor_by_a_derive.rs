use async_hooks::async_resource;

#[async_resource("QUERY")]
#[derive(derive_more::Constructor)]
struct Query {
    sql: String,
}

fn main() {}
