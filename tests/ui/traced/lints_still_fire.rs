#![deny(dead_code, unused_variables, unused_mut, unused_must_use)]

use async_hooks::traced;

#[traced]
async fn never_called() {}

#[traced]
fn never_called_sync() {}

#[traced]
pub async fn unused_argument(unused: u8, (a, b): (u8, u8), mut c: u8) -> u8 {
    let local = a;
    c
}

#[traced]
pub async fn forgets() {
    unused_argument(1, (1, 2), 3);
}

struct Handler;

#[traced]
impl Handler {
    async fn never_called(&self) {}
}

fn main() {
    drop(forgets());
    drop(Handler);
}
