//! A body that says what is seen where it is polled.

use std::convert::Infallible;

use axum::body::Bytes;
use futures::{Stream, stream};

use super::seen;

/// One chunk, which is what is seen by whoever polls for it.
pub(crate) fn what_is_seen() -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    stream::once(async {
        tokio::task::yield_now().await;
        Ok(Bytes::from(format!("{:?}", seen())))
    })
}
