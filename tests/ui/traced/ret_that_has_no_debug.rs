use async_hooks::traced;

pub struct Receipt;

#[traced(ret)]
pub async fn charge() -> Receipt {
    Receipt
}

fn main() {}
