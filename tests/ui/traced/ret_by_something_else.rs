use async_hooks::traced;

#[traced(ret(Pretty))]
pub async fn charge() -> u8 {
    1
}

#[traced(ret())]
pub async fn refund() -> u8 {
    1
}

fn main() {}
