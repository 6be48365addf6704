use async_hooks::traced;

#[traced]
pub struct Handler {
    path: String,
}

fn main() {}
