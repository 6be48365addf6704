use async_hooks::traced;

#[traced(boxed = true)]
async fn handle() {}

#[traced(boxed(true))]
async fn handle_more() {}

fn main() {}
