use async_hooks::async_resource;

#[async_resource("QUERY")]
struct Query;

#[async_resource]
impl Query {
    pub fn rows(&self) -> impl Future<Output = u8> + Clone + use<> {
        std::future::ready(1)
    }
}

fn main() {}
