async fn work() {}

fn main() {
    drop(async_hooks::bind(async || work().await)());
}
