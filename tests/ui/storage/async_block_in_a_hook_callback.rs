async fn work() {}

fn main() {
    let hooks = async_hooks::Hooks::builder()
        .before(|_id| async { work().await })
        .build();
    async_hooks::create_hook(hooks).enable();
}
