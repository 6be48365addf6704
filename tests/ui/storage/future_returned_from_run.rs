use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

async fn work() {}

fn main() {
    let future = REQUEST_ID.run(7, || async { work().await });
    drop(future);
}
