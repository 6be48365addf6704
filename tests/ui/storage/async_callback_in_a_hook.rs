async fn work() {}

fn main() {
    let hooks = async_hooks::Hooks::builder().init(async |_| work().await).build();
    async_hooks::create_hook(hooks).enable();
}
