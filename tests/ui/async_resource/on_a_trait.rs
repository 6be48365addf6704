use async_hooks::async_resource;

#[async_resource("QUERY")]
pub trait Query {
    fn rows(&self) -> usize;
}

fn main() {}
