//! What threads may do to each other, in every interleaving: `docs/guide/reliability.md` says what each model contests.
//!
//! `RUSTFLAGS='--cfg ah_loom' cargo test --release -p ah-core --lib models`
//!
//! Each says how many preemptions it allows, how many interleavings these make, and the seconds they took.
//! `LOOM_MAX_PREEMPTIONS` allows more. Frames have theirs in `frame/models.rs`.

mod destroy;
mod extensions;
mod hooks;
mod ids;
mod published;
pub(crate) mod support;
