use async_hooks::traced;

#[traced]
pub const fn limit() -> usize {
    10
}

fn main() {
    limit();
}
