async fn work() {}

fn main() {
    let query = async_hooks::AsyncResource::new("DBQuery");
    let on_row = async_hooks::bind!(query, move |_row: u32| async { work().await });
    drop(on_row(1));
}
