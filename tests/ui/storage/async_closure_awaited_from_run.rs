use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

#[tokio::main]
async fn main() {
    REQUEST_ID.run(7, async || REQUEST_ID.get()).await;
}
