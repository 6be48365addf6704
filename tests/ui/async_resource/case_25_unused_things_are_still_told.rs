#![deny(unused)]

use async_hooks::async_resource;

#[async_resource("LIMIT")]
struct Limit {
    n: u8,
}

#[async_resource("NEVER")]
struct Never;

#[async_resource]
impl Limit {
    fn new() -> Self {
        Self { n: 1 }
    }
    #[async_resource]
    fn never_called(&self) {}
    #[async_resource]
    async fn case_23_unused_argument(&self, n: u8) {}
    #[async_resource]
    fn unused_argument(&self, m: u8) {
        let mut unused = 1;
    }
}

fn main() {
    let limit = Limit::new();
    limit.unused_argument(1);
    let _ = limit.case_23_unused_argument(1);
}
