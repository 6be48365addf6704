use std::rc::Rc;

use async_hooks::traced;

#[traced]
async fn handle(counted: Rc<u8>) -> u8 {
    std::future::ready(()).await;
    *counted
}

fn main() {
    tokio::spawn(handle(Rc::new(1)));
}
