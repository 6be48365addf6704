use async_hooks::traced;

#[traced(name = "")]
async fn handle() {}

fn main() {}
