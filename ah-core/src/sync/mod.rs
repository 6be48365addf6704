//! Atomics, locks and thread-locals: those of `std`; under `cfg(ah_loom)`, for models alone, those of loom, and under
//! `cfg(ah_shuttle)`, for scenarios that are too large for models, those of shuttle.
//!
//! For the modules where threads meet. All names here are the `std` types themselves unless models or scenarios are built.

#[cfg(any(ah_loom, ah_shuttle))]
pub(crate) mod explored;
#[cfg(ah_loom)]
pub mod of_loom;
#[cfg(ah_shuttle)]
pub mod of_shuttle;

#[cfg(ah_loom)]
use of_loom as explorer;
#[cfg(ah_shuttle)]
use of_shuttle as explorer;

#[cfg(any(ah_loom, ah_shuttle))]
pub(crate) use {
    explored::thread_local,
    explorer::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Cell, Mutex,
        MutexGuard, fence,
    },
};

#[cfg(not(any(ah_loom, ah_shuttle)))]
pub(crate) use std::{
    cell::Cell,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence},
    },
    thread_local,
};
