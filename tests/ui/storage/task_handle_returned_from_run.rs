use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

async fn work() {}

#[tokio::main]
async fn main() {
    REQUEST_ID.run(7, || tokio::spawn(work())).await.unwrap();
}
