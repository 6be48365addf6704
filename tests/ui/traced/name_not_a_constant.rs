use async_hooks::traced;

#[traced(name = format!("handle {id}"))]
async fn handle(id: u64) {
    drop(id);
}

fn main() {}
