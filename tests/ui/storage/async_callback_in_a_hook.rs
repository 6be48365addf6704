async fn work() {}

fn main() {
    let hooks = ah::Hooks::builder().init(async |_| work().await).build();
    ah::create_hook(hooks).enable();
}
