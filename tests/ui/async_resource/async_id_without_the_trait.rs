use ah::async_resource;

#[async_resource("LIMIT")]
pub struct Limit;

pub fn id(limit: &Limit) -> ah::AsyncId {
    limit.async_id()
}

fn main() {}
