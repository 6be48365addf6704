async fn work() {}

fn main() {
    let query = ah::AsyncResource::new("DBQuery");
    drop(query.run_in_async_scope(|| async { work().await }));
}
