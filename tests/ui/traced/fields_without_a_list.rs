use async_hooks::traced;

#[traced(fields = id)]
async fn handle(id: u64) -> u64 {
    id
}

#[traced(fields())]
async fn handle_more(id: u64) -> u64 {
    id
}

fn main() {}
