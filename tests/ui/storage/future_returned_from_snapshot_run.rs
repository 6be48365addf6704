async fn work() {}

fn main() {
    let snapshot = async_hooks::snapshot();
    drop(snapshot.run(|| async { work().await }));
}
