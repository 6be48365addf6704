//! What each export says of a known program, and that none of them trusts what it is given.

mod bubbleprof;
mod heap;
mod hostile;
mod perfetto;
mod speedscope;

use ah_inspect::Recording;
use async_hooks::{AsyncLocalStorage, AsyncResource};

use crate::recorded::Recorded;

static TENANT: AsyncLocalStorage<String> =
    AsyncLocalStorage::builder().name("tenant").shown().build();
static SECRET: AsyncLocalStorage<&str> = AsyncLocalStorage::builder().name("secret").build();

/// A server, a query that it caused, and a row of the query: the last two carry what is set.
struct Shop {
    server: AsyncResource,
    query: AsyncResource,
    row: AsyncResource,
    /// Last, so that no other test records how these end.
    recorded: Recorded,
}

impl Shop {
    fn open(recorded: Recorded) -> Self {
        let server = AsyncResource::new("Server");
        let (query, row) = server.run_in_async_scope(|| {
            SECRET.run("hunter2", || TENANT.run("acme".to_owned(), query_and_row))
        });
        Self {
            server,
            query,
            row,
            recorded,
        }
    }
}

fn query_and_row() -> (AsyncResource, AsyncResource) {
    let query = AsyncResource::new("Query");
    let row = query.run_in_async_scope(|| AsyncResource::new("Row"));
    row.run_in_async_scope(|| ());
    (query, row)
}

fn recorded() -> (Recording, Shop) {
    let mut shop = Shop::open(Recorded::start());
    (shop.recorded.stop(), shop)
}
