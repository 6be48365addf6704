use async_hooks::traced;

#[traced("HANDLE")]
async fn handle() {}

fn main() {}
