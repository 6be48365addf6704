use std::cell::Cell;

use async_hooks::AsyncLocalStorage;

static COUNT: AsyncLocalStorage<Cell<u32>> = AsyncLocalStorage::new();

fn main() {
    COUNT.run(Cell::new(0), || ());
}
