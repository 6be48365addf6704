use async_hooks::async_resource;

#[async_resource("QUERY")]
struct Query;

#[async_resource(Query)]
fn works() {}

fn main() {
    works();
}
