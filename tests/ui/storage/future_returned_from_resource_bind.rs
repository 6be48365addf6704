async fn work() {}

fn main() {
    let query = ah::AsyncResource::new("DBQuery");
    let job = query.bind(|| async { work().await });
    drop(job());
}
