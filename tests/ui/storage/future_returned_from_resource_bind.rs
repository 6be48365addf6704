async fn work() {}

fn main() {
    let query = async_hooks::AsyncResource::new("DBQuery");
    let job = query.bind(|| async { work().await });
    drop(job());
}
