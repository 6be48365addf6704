use std::pin::Pin;

async fn work() {}

fn main() {
    let on_row = async_hooks::bind!(move || -> Pin<Box<dyn Future<Output = ()>>> { Box::pin(work()) });
    drop(on_row());
}
