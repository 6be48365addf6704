//! What threads may do to each other, in every interleaving: `docs/reliability.md` says what each model contests.
//!
//! `RUSTFLAGS='--cfg ah_loom' cargo test --release -p ah-core --lib models`
//!
//! A model's first number bounds its preemptions. Frames have theirs in `frame/models.rs`.

mod destroy;
mod extensions;
mod hooks;
mod ids;
mod published;
pub(crate) mod support;
