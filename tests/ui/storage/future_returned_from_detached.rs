async fn work() {}

fn main() {
    drop(ah::detached(|| async { work().await }));
}
