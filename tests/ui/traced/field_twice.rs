use async_hooks::traced;

#[traced(fields(id, %path, id = 1))]
async fn handle(id: u64, path: String) -> u64 {
    drop(path);
    id
}

fn main() {}
