use async_hooks::traced;

#[traced(fields("path"))]
async fn handle(path: String) {
    drop(path);
}

fn main() {}
