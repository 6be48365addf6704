use ah_storage::AsyncLocalStorage;
use ah_w3c::Baggage;

use crate::{RequestId, Trace};

/// The id of the request that the current work belongs to.
///
/// [`ServerLayer`](crate::ServerLayer) sets it. A worker that takes its jobs from elsewhere sets it by
/// `REQUEST_ID.scope(id, job)`.
pub static REQUEST_ID: AsyncLocalStorage<RequestId> = AsyncLocalStorage::builder()
    .name("request_id")
    .shown()
    .build();

/// The operation of this process that the current work belongs to, in its trace.
pub static TRACE: AsyncLocalStorage<Trace> = AsyncLocalStorage::builder().name("trace").build();

/// What the application of the caller said; unset if it said nothing.
pub static BAGGAGE: AsyncLocalStorage<Baggage> =
    AsyncLocalStorage::builder().name("baggage").build();
