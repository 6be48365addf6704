use async_hooks::traced;

#[traced(nmae = "HANDLE")]
async fn handle() {}

fn main() {}
