use async_hooks::traced;

#[traced(name)]
async fn handle() {}

#[traced(name =)]
async fn handle_more() {}

fn main() {}
