//! What inspectors learn beside the events that hooks receive: wakes, the ends of tasks, where a store was entered, and where
//! one was missing.
//!
//! There is one sink in a process, as there is one [logger](https://docs.rs/log). Nothing is looked at before
//! [`set`] is called, but one byte: where a store is entered, where none is found, and at a poll that hooks receive.

use std::{
    fmt,
    panic::Location,
    sync::{
        OnceLock,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
};

use crate::id::AsyncId;

/// Receives what a probe sees, on the thread where it happens.
///
/// Nothing here is an event of a hook: a panic reaches whoever woke, entered or read. What is called must not panic, and
/// must not create anything asynchronous.
pub trait Probe: Send + Sync + 'static {
    /// Called when a task or an announced future is woken for the first time since its last poll, by what runs on this
    /// thread.
    fn woken(&self, task: Subject, by: AsyncId);

    /// Called when a task is ready.
    fn ended(&self, task: Subject);

    /// Called when a store is entered. `value` tells it from all others, for as long as it lives.
    fn entered(&self, value: usize, place: &'static Location<'static>);

    /// Called when the storage of this number is read and unset.
    fn unset(&self, storage: u32, place: &'static Location<'static>);
}

/// What is woken, or ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Its id.
    pub id: AsyncId,
    /// Its environment, as frames distinguish environments.
    pub environment: usize,
}

/// What `init` callbacks find as the data of a task: the name of the type of its future.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FutureName(pub &'static str);

/// What a probe receives, as a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wants(u8);

impl Wants {
    /// Nothing.
    pub const NOTHING: Self = Self(0);
    /// Wakes, and the ends of tasks. They are seen at polls that an enabled hook receives.
    pub const WAKES: Self = Self(1);
    /// Where stores are entered, and where none is found.
    pub const STORES: Self = Self(2);

    /// Returns both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

static WANTED: AtomicU8 = AtomicU8::new(0);
static SINK: OnceLock<Box<dyn Probe>> = OnceLock::new();

/// Sets the sink of this process, for good. It receives nothing before [`want`] is called.
///
/// # Errors
///
/// If there is one.
pub fn set(probe: impl Probe) -> Result<(), ProbeIsSet> {
    SINK.set(Box::new(probe)).map_err(|_| ProbeIsSet(()))
}

/// Says what the sink receives from now on.
pub fn want(wants: Wants) {
    WANTED.store(wants.0, Relaxed); // what is in progress on other threads may still arrive
}

/// There is a sink in this process: see [`set`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProbeIsSet(());

impl fmt::Display for ProbeIsSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this process has a probe: only one inspector can run in it")
    }
}

impl std::error::Error for ProbeIsSet {}

/// Whether the sink receives this.
#[inline]
pub(crate) fn wants(what: Wants) -> bool {
    WANTED.load(Relaxed) & what.0 != 0
}

/// Calls the sink, if there is one.
#[cold]
#[inline(never)]
pub(crate) fn send(call: impl FnOnce(&dyn Probe)) {
    if let Some(sink) = SINK.get() {
        call(&**sink);
    }
}
