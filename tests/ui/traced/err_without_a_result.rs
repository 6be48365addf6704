use async_hooks::traced;

#[traced(err)]
async fn handle() {}

#[traced(err)]
fn find(key: &str) -> Option<usize> {
    key.find('/')
}

fn main() {}
