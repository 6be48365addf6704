async fn work() {}

fn main() {
    drop(async_hooks::detached(|| async { work().await }));
}
