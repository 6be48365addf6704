use async_hooks::traced;

struct Handler;

#[traced(name = "HANDLE", err, skip)]
impl Handler {
    async fn handle(&self) {}
}

fn main() {}
