#[async_hooks::traced]
mod handlers {
    pub async fn handle() {}
}

fn main() {}
