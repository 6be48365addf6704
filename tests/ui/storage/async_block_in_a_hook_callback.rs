async fn work() {}

fn main() {
    let hooks = ah::Hooks::builder()
        .before(|_id| async { work().await })
        .build();
    ah::create_hook(hooks).enable();
}
