async fn work() {}

fn main() {
    let job = async_hooks::bind(|| async { work().await });
    drop(job());
}
