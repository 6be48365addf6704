use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

async fn work() {}

fn main() {
    drop(REQUEST_ID.run(7, async || work().await));
}
