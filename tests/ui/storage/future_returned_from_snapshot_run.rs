async fn work() {}

fn main() {
    let snapshot = ah::snapshot();
    drop(snapshot.run(|| async { work().await }));
}
