use async_hooks::traced;

#[traced]
async fn factorial(n: u64) -> u64 {
    if n == 0 { 1 } else { n * factorial(n - 1).await }
}

fn main() {
    drop(factorial(3));
}
