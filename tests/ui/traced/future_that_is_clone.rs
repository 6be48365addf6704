use async_hooks::traced;

#[traced]
fn answer() -> impl Future<Output = u8> + Clone {
    std::future::ready(1)
}

fn main() {
    drop(answer());
}
