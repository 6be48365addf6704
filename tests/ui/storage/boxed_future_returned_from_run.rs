use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

fn work() -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async {})
}

fn main() {
    drop(REQUEST_ID.run(7, || work()));
}
