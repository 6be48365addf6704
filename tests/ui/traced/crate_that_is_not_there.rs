use async_hooks::traced;

#[traced(crate = hooks::async_hooks)]
async fn handle() {}

fn main() {}
