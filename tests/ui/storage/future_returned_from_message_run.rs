async fn work(_job: u32) {}

fn main() {
    let message = ah::WithContext::new(7);
    drop(message.run(|job| work(job)));
}
