async fn work() {}

fn main() {
    let job = ah::bind(|| async { work().await });
    drop(job());
}
