//! Faults, and what must hold after them: injected panics, deep nesting, threads that end amid scopes, hooks that come and
//! go under load. What concerns the whole process is in `tests/faults_process.rs`.
//!
//! `AH_FAULTS_ROUNDS` repeats what is left to chance; 1 if it is not set.

mod deep;
mod fuse;
mod injected;
mod load;
mod scenarios;
mod threads;
