use async_hooks::traced;

type Length = usize;

#[traced(err)]
fn find(key: &str) -> Length {
    key.len()
}

#[traced(err)]
async fn find_later(key: &str) -> Length {
    key.len()
}

fn main() {}
