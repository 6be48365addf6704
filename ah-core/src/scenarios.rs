//! What several threads do to each other at random, in some of the interleavings: for what is too large for `models`.
//!
//! `RUSTFLAGS='--cfg ah_shuttle' cargo test --release -p ah-core --lib scenarios`
//!
//! A scenario's first number is how often it runs. `docs/guide/reliability.md` says what each contests, and how a run that
//! failed is repeated.

mod destroys;
mod everything;
mod graves;
mod hooks;
mod stores;
mod support;
