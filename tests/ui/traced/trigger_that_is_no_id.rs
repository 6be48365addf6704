use async_hooks::traced;

#[traced(trigger = "server")]
async fn handle() {}

#[traced(trigger)]
async fn handle_more() {}

fn main() {}
