use async_hooks::traced;

#[traced(level = "info")]
async fn handle() {}

fn main() {}
