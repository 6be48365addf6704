async fn work() {}

fn main() {
    let on_row = async_hooks::bind!(move |_row: u32| work());
    drop(on_row(1));
}
