use async_hooks::async_resource;

#[async_resource("LIMIT")]
pub struct Limit;

pub fn id(limit: &Limit) -> async_hooks::AsyncId {
    limit.async_id()
}

fn main() {}
