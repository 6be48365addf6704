async fn work() {}

fn main() {
    let server = ah::AsyncResource::new("TCPSERVERWRAP");
    let work = ah::default_trigger_async_id_scope(server.async_id(), || async { work().await });
    drop(work);
}
