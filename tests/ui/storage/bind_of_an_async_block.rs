async fn work() {}

fn main() {
    let on_row = ah::bind!(async move { work().await });
    drop(on_row);
}
