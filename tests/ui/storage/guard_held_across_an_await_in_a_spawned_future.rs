use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

async fn work() {}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let _guard = REQUEST_ID.with_scope(7);
        work().await;
    });
}
