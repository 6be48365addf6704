use async_hooks::traced;

#[traced(fields(%request_path))]
async fn handle(id: u64) -> u64 {
    id
}

fn main() {}
