//! Atomics, locks and giving way: those of `std`; under `cfg(ah_loom)`, for models alone, those of loom, and under
//! `cfg(ah_shuttle)`, for scenarios alone, those of shuttle.

#[cfg(ah_loom)]
pub(super) use ah_core::sync::of_loom::{
    AtomicU64, AtomicUsize, Mutex, MutexGuard, spin_loop, yield_now,
};

#[cfg(ah_shuttle)]
pub(super) use ah_core::sync::of_shuttle::{
    AtomicU64, AtomicUsize, Mutex, MutexGuard, spin_loop, yield_now,
};

#[cfg(not(any(ah_loom, ah_shuttle)))]
pub(super) use std::{
    hint::spin_loop,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, AtomicUsize},
    },
    thread::yield_now,
};
