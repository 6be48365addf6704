use async_hooks::async_resource;

#[async_resource("WORK")]
pub async fn work() {}

fn main() {}
