use async_hooks::AsyncLocalStorage;

struct Connection;

static CONNECTION: AsyncLocalStorage<Connection> = AsyncLocalStorage::new();

fn main() {
    CONNECTION.get();
}
