use async_hooks::traced;

#[traced(name = 5)]
async fn handle() {}

fn main() {}
