//! Code that is not ours and not changed, on an instrumented runtime: its tasks carry the stores of whoever they are for.
//!
//! Of each crate it is shown that what it spawns for a request sees that request, and that the next request over the same
//! connection sees its own, or none. Where a task of a crate outlives the request that it was spawned in, such as that of
//! a pooled connection, it keeps that request's stores; a test says so, and another shows how to keep it from that.
#![cfg(tokio_unstable)]

mod axum;
mod bb8;
mod hyper;
mod reqwest;
mod support;
mod tonic;
mod tower;
