//! Atomics, locks and giving way: those of `std`; under `cfg(ah_loom)`, for models alone, those of loom.

#[cfg(ah_loom)]
pub(super) use ah_core::sync::of_loom::{
    AtomicU64, AtomicUsize, Mutex, MutexGuard, spin_loop, yield_now,
};

#[cfg(not(ah_loom))]
pub(super) use std::{
    hint::spin_loop,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, AtomicUsize},
    },
    thread::yield_now,
};
