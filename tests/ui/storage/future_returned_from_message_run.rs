async fn work(_job: u32) {}

fn main() {
    let message = async_hooks::WithContext::new(7);
    drop(message.run(|job| work(job)));
}
