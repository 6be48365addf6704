async fn work() {}

fn main() {
    let env = async_hooks::Env::new();
    drop(env.run(|| async { work().await }));
}
