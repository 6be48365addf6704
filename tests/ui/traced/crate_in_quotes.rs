use async_hooks::traced;

#[traced(crate = "async_hooks")]
async fn handle() {}

fn main() {}
