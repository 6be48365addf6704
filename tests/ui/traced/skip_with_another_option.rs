use async_hooks::traced;

struct Handler;

#[traced]
impl Handler {
    #[traced(skip, name = "HANDLE")]
    async fn handle(&self) {}
}

fn main() {}
