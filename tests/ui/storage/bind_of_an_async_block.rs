async fn work() {}

fn main() {
    let on_row = async_hooks::bind!(async move { work().await });
    drop(on_row);
}
