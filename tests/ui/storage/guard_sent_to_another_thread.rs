use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

fn main() {
    let guard = REQUEST_ID.with_scope(7);
    std::thread::spawn(move || drop(guard));
}
