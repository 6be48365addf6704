//! Atomics, locks and thread-locals: those of `std`; under `cfg(ah_loom)`, for models alone, those of loom.
//!
//! For the modules where threads meet. All names here are the `std` types themselves unless a model is built.

#[cfg(ah_loom)]
pub mod of_loom;

#[cfg(ah_loom)]
pub(crate) use of_loom::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Cell, Mutex, MutexGuard,
    fence, thread_local,
};

#[cfg(not(ah_loom))]
pub(crate) use std::{
    cell::Cell,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence},
    },
    thread_local,
};
