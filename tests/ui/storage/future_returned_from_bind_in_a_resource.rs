async fn work() {}

fn main() {
    let query = ah::AsyncResource::new("DBQuery");
    let on_row = ah::bind!(query, move |_row: u32| async { work().await });
    drop(on_row(1));
}
