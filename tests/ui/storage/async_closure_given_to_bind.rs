async fn work() {}

fn main() {
    drop(ah::bind(async || work().await)());
}
