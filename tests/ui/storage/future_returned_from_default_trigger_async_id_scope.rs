async fn work() {}

fn main() {
    let server = async_hooks::AsyncResource::new("TCPSERVERWRAP");
    let work = async_hooks::default_trigger_async_id_scope(server.async_id(), || async { work().await });
    drop(work);
}
