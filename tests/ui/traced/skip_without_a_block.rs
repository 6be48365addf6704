use async_hooks::traced;

#[traced(skip)]
async fn handle() {}

fn main() {}
