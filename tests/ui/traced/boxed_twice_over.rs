use std::{future::Future, pin::Pin};

use async_hooks::traced;

#[traced(boxed)]
fn handle() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {})
}

fn main() {
    drop(handle());
}
