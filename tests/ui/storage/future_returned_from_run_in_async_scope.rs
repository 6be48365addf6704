async fn work() {}

fn main() {
    let query = async_hooks::AsyncResource::new("DBQuery");
    drop(query.run_in_async_scope(|| async { work().await }));
}
