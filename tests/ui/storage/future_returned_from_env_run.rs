async fn work() {}

fn main() {
    let env = ah::Env::new();
    drop(env.run(|| async { work().await }));
}
