//! The typed key of one storage's entries.

use std::{
    fmt,
    marker::PhantomData,
    panic::Location,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use super::{
    carry::carried::{Carried, State},
    chain::{
        canonical::find_to_read,
        entry::Entry,
        keys::{self, number},
        node::{EXITED, NodeRef, SCOPE, Spec},
        value::ValueRef,
    },
    current::{
        guards::GuardEntry,
        thread::{Thread, clean_at_exit, with_thread},
    },
    frame::Frame,
    framed::Framed,
    storages::{self, Show, StorageInfo, Text},
};
use crate::{
    counters,
    probe::{self, Wants},
    report::{delivery::report, errors::EngineError},
    sync::AtomicU64,
};

/// Under which key (see `chain/keys.rs`) a storage's entries are; 0 before the first entry.
///
/// A key is given to one storage only, and only that storage creates entries with it. That is why the value of an entry
/// found by a `Key<T>` is a `T`.
///
/// Frames go to other threads and are shared by them, so what they hold is `Send` and `Sync`. A `MutexGuard` is the latter
/// alone, and a `Cell` the former:
///
/// ```
/// # use ah_core::frame::Key;
/// Key::<std::sync::Arc<u8>>::new().run(7.into(), || ());
/// Key::<std::sync::atomic::AtomicU8>::new().run(7.into(), || ());
/// ```
///
/// ```compile_fail,E0599
/// # use ah_core::frame::Key;
/// # static MUTEX: std::sync::Mutex<u8> = std::sync::Mutex::new(7);
/// Key::<std::sync::MutexGuard<'static, u8>>::new().run(MUTEX.lock().unwrap(), || ());
/// ```
///
/// ```compile_fail,E0599
/// # use ah_core::frame::Key;
/// Key::<std::cell::Cell<u8>>::new().run(7.into(), || ());
/// ```
pub struct Key<T> {
    word: AtomicU64,
    never: bool,
    about: Option<About<T>>,
    _type: PhantomData<fn() -> T>,
}

/// What inspectors learn of a storage.
#[derive(Debug)]
pub struct About<T> {
    /// Its name; empty if it has none.
    pub name: &'static str,
    /// Where it was created.
    pub place: &'static Location<'static>,
    /// How its stores are shown, if they are.
    pub show: Option<Show<T>>,
    /// Whether it must be set wherever it is read.
    pub is_required: bool,
}

/// What a frame says of one storage.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookup<'a, T> {
    /// Nothing was set.
    Unset,
    /// The storage was exited: nothing shows, not even a default.
    Exited,
    /// The current store.
    Set(&'a T),
}

impl<T> Key<T> {
    /// Creates a key whose entries are inherited by everything that is started while they are current.
    #[must_use]
    pub const fn new() -> Self {
        Self::inherited(true)
    }

    /// Creates a key whose entries spawned work does not inherit.
    #[must_use]
    pub const fn never_inherited() -> Self {
        Self::inherited(false)
    }

    /// Creates a key with what inspectors learn of its storage: of others they learn nothing.
    #[must_use]
    pub const fn described(inherited: bool, about: About<T>) -> Self {
        Self {
            about: Some(about),
            never: !inherited,
            word: AtomicU64::new(0),
            _type: PhantomData,
        }
    }

    /// Returns `true` if inspectors may show the stores.
    pub fn is_shown(&self) -> bool {
        self.about
            .as_ref()
            .is_some_and(|about| about.show.is_some())
    }

    const fn inherited(inherited: bool) -> Self {
        Self {
            word: AtomicU64::new(0),
            never: !inherited,
            about: None,
            _type: PhantomData,
        }
    }
}

impl<T> Drop for Key<T> {
    fn drop(&mut self) {
        let key = self.word.load(Relaxed);
        if key != 0 {
            counters::STORAGES.down();
            storages::forget(key);
            keys::give_back(key);
            drop(with_thread(|thread| thread.forget(key))); // last: a user's `Drop` may run
        }
    }
}

impl<T> Default for Key<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.word.load(Relaxed);
        f.debug_struct("Key")
            .field("number", &number(key))
            .field("epoch", &(key as u32))
            .finish()
    }
}

impl<T: Send + Sync + 'static> Key<T> {
    #[inline]
    fn key(&self) -> u64 {
        let key = self.word.load(Relaxed);
        if key == 0 { self.assign() } else { key }
    }

    #[cold]
    fn assign(&self) -> u64 {
        let fresh = keys::fresh(self.never);
        // Relaxed: the number stands for nothing else
        self.word
            .compare_exchange(0, fresh, Relaxed, Relaxed)
            .map_or_else(
                |theirs| {
                    keys::give_back(fresh);
                    theirs
                },
                |_| {
                    counters::STORAGES.up();
                    self.note(fresh);
                    fresh
                },
            )
    }

    /// Notes for inspectors that the storage has this key.
    fn note(&self, key: u64) {
        let Some(about) = &self.about else {
            return;
        };
        let info = StorageInfo {
            name: about.name,
            place: about.place,
            type_name: std::any::type_name::<T>(),
            size: size_of::<T>(),
            is_shown: about.show.is_some(),
            is_required: about.is_required,
            is_inherited: !self.never,
        };
        let text = about.show.map(|show| -> Text {
            Arc::new(move |node| {
                let value: *const T = node.value();
                // SAFETY: called with nodes under our key alone, whose values are `T`s (see `Key`); the caller keeps the node
                let value = unsafe { &*value };
                Shown { value, show }.to_string()
            })
        });
        storages::note(key, info, text);
    }

    /// Lends what the current frame says to `f`.
    ///
    /// `f` may do anything with this storage or another: what it was lent stays alive until it returns.
    #[inline]
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(Lookup<'_, T>) -> R) -> R {
        let place = Location::caller();
        let key = self.word.load(Relaxed); // 0 before the first entry: no entry has that key
        with_thread(|thread| {
            // SAFETY: the node is used under `lend` only, and nothing replaces the frame before that
            let Some(top) = (unsafe { thread.current() }) else {
                self.unset(place);
                return f(Lookup::Unset);
            };
            if !top.is_plain(key) {
                return self.with_noted(top, place, f);
            }
            Self::lend(thread, top, |value| f(Lookup::Set(value)))
        })
    }

    /// Lends the value of a node with our key, which is in the current frame.
    #[inline]
    fn lend<R>(thread: &Thread, node: NodeRef<'_>, f: impl FnOnce(&T) -> R) -> R {
        let value: *const T = node.value();
        // SAFETY: values under our key are `T`s (see `Key`), and `Thread::lend` keeps this one alive
        thread.lend(|| f(unsafe { &*value }))
    }

    /// As [`with`](Self::with), where the top is of another storage, or not an ordinary entry.
    #[inline(never)]
    fn with_noted<R>(
        &self,
        top: NodeRef<'_>,
        place: &'static Location<'static>,
        f: impl FnOnce(Lookup<'_, T>) -> R,
    ) -> R {
        match top.found(self.word.load(Relaxed)) {
            Some(node) => {
                with_thread(|thread| Self::lend(thread, node, |value| f(Lookup::Set(value))))
            }
            None => self.with_further(top, place, f),
        }
    }

    /// As [`with_noted`](Self::with_noted), where nothing is noted of the storage.
    #[cold]
    #[inline(never)]
    fn with_further<R>(
        &self,
        top: NodeRef<'_>,
        place: &'static Location<'static>,
        f: impl FnOnce(Lookup<'_, T>) -> R,
    ) -> R {
        match find_to_read(top, self.word.load(Relaxed)) {
            None => {
                self.unset(place);
                f(Lookup::Unset)
            }
            Some(node) if node.has(EXITED) => f(Lookup::Exited),
            Some(node) => {
                with_thread(|thread| Self::lend(thread, node, |value| f(Lookup::Set(value))))
            }
        }
    }

    /// Tells the probe that the storage was read and unset.
    #[inline]
    fn unset(&self, place: &'static Location<'static>) {
        if probe::wants(Wants::STORES) {
            self.unset_told(place);
        }
    }

    #[cold]
    #[inline(never)]
    fn unset_told(&self, place: &'static Location<'static>) {
        let is_required = self.about.as_ref().is_some_and(|about| about.is_required);
        let key = if is_required {
            self.key() // its first one, where nothing has set it so far
        } else {
            self.word.load(Relaxed)
        };
        if key != 0 {
            probe::send(|probe| probe.unset(number(key), place));
        }
    }

    /// Runs `f` with `value` as the current store, then restores this storage.
    #[inline]
    #[track_caller]
    pub fn run<R>(&self, value: T, f: impl FnOnce() -> R) -> R {
        self.run_with(value, 0, Location::caller(), f)
    }

    /// Runs `f` with no current store, then restores this storage.
    #[inline]
    #[track_caller]
    pub fn exit<R>(&self, f: impl FnOnce() -> R) -> R {
        self.run_with((), EXITED, Location::caller(), f)
    }

    #[inline]
    fn run_with<V: Send + Sync + 'static, R>(
        &self,
        value: V,
        flags: u16,
        place: &'static Location<'static>,
        f: impl FnOnce() -> R,
    ) -> R {
        with_thread(|thread| {
            let serial = thread.serial();
            thread.push(Spec::entry(self.key(), serial, SCOPE | flags), value);
            if probe::wants(Wants::STORES) {
                entered(thread.current_raw().addr(), place);
            }
            let _leave = LeaveRun { thread, serial };
            f()
        })
    }

    /// Enters `value` for the rest of the present execution.
    #[track_caller]
    pub fn enter(&self, value: T) {
        let place = Location::caller();
        let cleaned = clean_at_exit();
        with_thread(|thread| {
            if !cleaned && thread.is_current(std::ptr::null_mut()) {
                report(&EngineError::ThreadIsEnding);
                return drop(value);
            }
            let key = self.key();
            let value = ValueRef::new(key, value);
            entered(value.node().as_raw().addr(), place);
            drop(thread.enter(key, value)); // last: a user's `Drop` may run
        });
    }

    /// Enters `value` until [`leave_guard`] is called with what this returns.
    #[track_caller]
    pub fn enter_guard(&self, value: T) -> GuardEntry {
        let place = Location::caller();
        clean_at_exit();
        with_thread(|thread| {
            let entry = thread.push_guard(self.key(), value);
            entered(thread.current_raw().addr(), place);
            entry
        })
    }

    /// Wraps `inner` so that it runs with `value` as the current store, in the frame that the rule of captures gives it.
    #[inline]
    #[track_caller]
    pub fn frame<F>(&self, value: T, inner: F) -> Framed<F> {
        self.framed(value, 0, inner)
    }

    /// Wraps `inner` so that it runs with no current store.
    #[inline]
    #[track_caller]
    pub fn frame_exited<F>(&self, inner: F) -> Framed<F> {
        self.framed((), EXITED, inner)
    }

    #[inline]
    #[track_caller]
    fn framed<V: Send + Sync + 'static, F>(&self, value: V, flags: u16, inner: F) -> Framed<F> {
        let place = Location::caller();
        with_thread(|thread| {
            let spec = Spec::entry(self.key(), thread.serial(), SCOPE | flags);
            let own = Entry::new(spec, value, thread.capture_for_here());
            if probe::wants(Wants::STORES) {
                entered(own.as_ref().as_raw().addr(), place);
            }
            Framed::new(Carried::new(Some(own), State::CAPTURED_SCOPE), inner)
        })
    }

    /// Ends every entry that was entered until now, everywhere.
    pub fn disable(&self) {
        let key = self.word.load(Relaxed);
        if key == 0 {
            return; // never used
        }
        let next = keys::next(key);
        // if another thread does the same at this moment, then what was entered until now is over as well
        let ours = self.word.compare_exchange(key, next, Relaxed, Relaxed);
        if ours.is_ok() {
            if number(next) != number(key) {
                storages::forget(key);
            }
            self.note(next);
            keys::end(key);
            drop(with_thread(|thread| thread.forget(key))); // last: a user's `Drop` may run
        }
    }

    /// Creates the frame at the bottom of an environment.
    pub(crate) fn root_frame(&self, value: T) -> Frame {
        let id = with_thread(Thread::serial);
        Frame(Some(Entry::root(self.key(), id, value)))
    }

    /// Lends what the bottom of the current frame holds, if it is one of ours.
    #[inline]
    pub(crate) fn with_root<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        with_thread(|thread| {
            // SAFETY: the node is used under `lend` only, and nothing replaces the frame before that
            let root = unsafe { thread.current() }.and_then(NodeRef::root);
            match root.filter(|root| root.key() == self.word.load(Relaxed)) {
                None => f(None),
                Some(root) => Self::lend(thread, root, |value| f(Some(value))),
            }
        })
    }
}

/// A value as its storage shows it.
struct Shown<'a, T> {
    value: &'a T,
    show: Show<T>,
}

impl<T> fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.show)(self.value, f)
    }
}

/// Tells the probe where a value was entered.
#[cold]
#[inline(never)]
fn entered(value: usize, place: &'static Location<'static>) {
    if probe::wants(Wants::STORES) {
        probe::send(|probe| probe.entered(value, place));
    }
}

/// Ends what [`Key::enter_guard`] began.
pub fn leave_guard(entry: GuardEntry) {
    with_thread(|thread| thread.leave_guard(&entry));
    drop(entry); // last: a user's `Drop` may run
}

/// Ends a `run` or `exit`.
struct LeaveRun<'a> {
    thread: &'a Thread,
    serial: u64,
}

impl Drop for LeaveRun<'_> {
    #[inline]
    fn drop(&mut self) {
        self.thread.leave(self.serial);
    }
}
