use std::cell::Cell;

use ah::AsyncLocalStorage;

static COUNT: AsyncLocalStorage<Cell<u32>> = AsyncLocalStorage::new();

fn main() {
    COUNT.run(Cell::new(0), || ());
}
