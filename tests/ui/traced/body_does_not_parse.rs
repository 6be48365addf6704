use async_hooks::traced;

#[traced]
async fn handle(id: u64) -> u64 {
    let next = id + ;
    next
}

fn main() {}
