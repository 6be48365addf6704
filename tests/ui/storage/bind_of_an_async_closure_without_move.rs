async fn work() {}

fn main() {
    let on_row = async_hooks::bind!(async |_row: u32| work().await);
    drop(on_row(1));
}
