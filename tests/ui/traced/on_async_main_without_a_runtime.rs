use async_hooks::traced;

#[traced]
async fn main() {}
