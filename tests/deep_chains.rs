//! Rule 15, where a stack that overflows would take the other tests with it.
//!
//! Not under the laws: the frames are dropped when a thread of no environment ends.

use async_hooks::{AsyncLocalStorage, Snapshot};

/// A store that keeps all stores before it.
struct Link(#[expect(dead_code, reason = "dropped")] Snapshot);

static CHAIN: AsyncLocalStorage<Link> = AsyncLocalStorage::new();

#[test]
fn a_chain_of_stores_that_keep_the_frame_before_them_is_dropped_without_recursion() {
    let small = std::thread::Builder::new().stack_size(128 * 1024);
    let thread = small.spawn(|| {
        for _ in 0..100_000 {
            CHAIN.enter_with(Link(async_hooks::snapshot()));
        }
    });
    thread.unwrap().join().unwrap();
}
