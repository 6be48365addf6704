//! Atomics, locks and giving way: those of `std`; under `cfg(ah_loom)`, for models alone, those of loom, and under
//! `cfg(ah_shuttle)`, for scenarios alone, those of shuttle.

#[cfg(ah_loom)]
pub(super) use ah_core::sync::of_loom::{
    AtomicPtr, AtomicU64, AtomicUsize, Mutex, spin_loop, yield_now,
};

#[cfg(ah_shuttle)]
pub(super) use ah_core::sync::of_shuttle::{
    AtomicPtr, AtomicU64, AtomicUsize, Mutex, spin_loop, yield_now,
};

#[cfg(not(any(ah_loom, ah_shuttle)))]
pub(super) use std::{
    hint::spin_loop,
    sync::{
        Mutex,
        atomic::{AtomicPtr, AtomicU64, AtomicUsize},
    },
    thread::yield_now,
};

/// Lets any other thread run, whatever its priority.
#[cfg(not(any(ah_loom, ah_shuttle)))]
pub(super) fn nap() {
    std::thread::sleep(std::time::Duration::from_micros(50));
}

#[cfg(any(ah_loom, ah_shuttle))]
pub(super) use yield_now as nap;
