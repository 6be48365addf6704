//! The typed key of one storage's entries.

use std::{fmt, marker::PhantomData, sync::atomic::Ordering::Relaxed};

use super::{
    Frame, Framed,
    carried::{Carried, State},
    entry::Entry,
    kept::Kept,
    node::{EXITED, EntryRef, LINK, Make, NEVER, ROOT, SCOPE},
    thread::{Thread, clean_at_exit, with_thread},
};
use crate::{
    counters,
    report::{EngineError, report},
    sync::{AtomicU32, AtomicU64},
};

/// Under which number a storage's entries are, and under which epoch: `number << 32 | epoch`; 0 before the first entry.
///
/// A number is given to one storage only, and only that storage makes entries with it. That is why the value of an entry
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
    flags: u8,
    _type: PhantomData<fn() -> T>,
}

/// The number of a storage, without its epoch.
#[inline]
pub(super) fn number(key: u64) -> u32 {
    (key >> 32) as u32
}

/// What a frame says of one storage.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookup<'a, T> {
    /// Nothing was set.
    Unset,
    /// The storage was exited: nothing shows, not even a default.
    Exited,
    /// The store in force.
    Set(&'a T),
}

impl<T> Key<T> {
    /// Makes a key whose entries are inherited by everything that is started while they are in force.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_flags(0)
    }

    /// Makes a key whose entries spawned work does not inherit.
    #[must_use]
    pub const fn never_inherited() -> Self {
        Self::with_flags(NEVER)
    }

    const fn with_flags(flags: u8) -> Self {
        Self {
            word: AtomicU64::new(0),
            flags,
            _type: PhantomData,
        }
    }
}

impl<T> Drop for Key<T> {
    fn drop(&mut self) {
        if self.word.load(Relaxed) != 0 {
            counters::STORAGES.down();
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

/// Takes a number that no storage had before.
fn fresh() -> u64 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    // the last number is kept out of use: keys made with it stand for other things (`never.rs`)
    let taken = NEXT.fetch_update(Relaxed, Relaxed, |next| {
        (next < u32::MAX).then_some(next + 1)
    });
    let number = taken.expect("no more than 2^32 - 2 storages can be used in one process");
    u64::from(number) << 32
}

impl<T: Send + Sync + 'static> Key<T> {
    #[inline]
    fn key(&self) -> u64 {
        let key = self.word.load(Relaxed);
        if key == 0 { self.assign() } else { key }
    }

    #[cold]
    fn assign(&self) -> u64 {
        let fresh = fresh();
        // Relaxed: the number stands for nothing else
        self.word
            .compare_exchange(0, fresh, Relaxed, Relaxed)
            .map_or_else(
                |theirs| theirs,
                |_| {
                    counters::STORAGES.up();
                    fresh
                },
            )
    }

    #[inline]
    fn make(&self, serial: u64, flags: u8) -> Make {
        Make {
            key: self.key(),
            serial,
            flags: self.flags | flags,
        }
    }

    /// Lends what the frame in force says to `f`.
    ///
    /// `f` may do anything with this storage or another: what it was lent stays alive until it returns.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(Lookup<'_, T>) -> R) -> R {
        let key = self.word.load(Relaxed); // 0 before the first entry: no entry has that key
        with_thread(|thread| {
            // SAFETY: the value is used under `lend` only, and nothing replaces the frame before that
            let Some(entry) = (unsafe { thread.find(key) }) else {
                return f(Lookup::Unset);
            };
            if entry.has(EXITED | LINK | NEVER) {
                return lend_other(thread, entry, f);
            }
            let value: *const T = entry.value();
            // SAFETY: entries with our key hold a `T` (see `Key`), and `lend` keeps this one alive
            thread.lend(|| f(Lookup::Set(unsafe { &*value })))
        })
    }

    /// Runs `f` with `value` in force, then puts this storage back as it was.
    #[inline]
    pub fn run<R>(&self, value: T, f: impl FnOnce() -> R) -> R {
        with_thread(|thread| {
            let serial = thread.serial();
            thread.push(self.make(serial, SCOPE), value);
            let _leave = LeaveRun { thread, serial };
            f()
        })
    }

    /// Runs `f` with nothing in force, then puts this storage back as it was.
    #[inline]
    pub fn exit<R>(&self, f: impl FnOnce() -> R) -> R {
        with_thread(|thread| {
            let serial = thread.serial();
            thread.push(self.make(serial, SCOPE | EXITED), ());
            let _leave = LeaveRun { thread, serial };
            f()
        })
    }

    /// Puts `value` in force for the rest of the present execution.
    pub fn enter(&self, value: T) {
        let cleaned = clean_at_exit();
        with_thread(|thread| {
            let old = thread.capture();
            if !cleaned && old.is_none() {
                report(&EngineError::ThreadIsEnding);
                return drop(value);
            }
            let key = self.key();
            let held = Kept::new(key, value);
            let new = thread.entered(old.as_ref().map(Entry::as_ref), key, held, self.flags);
            let replaced = thread.replace(Some(new));
            drop((old, replaced)); // last: a user's `Drop` may run
        });
    }

    /// Puts `value` in force until [`leave_guard`] is called with the number that this returns.
    pub fn enter_guard(&self, value: T) -> u64 {
        clean_at_exit();
        with_thread(|thread| {
            let serial = thread.serial();
            let make = self.make(serial, LINK);
            let held = Kept::new(make.key, value);
            thread.push(make, held);
            serial
        })
    }

    /// Wraps `inner` so that it runs with `value` in force, in the frame that the rule of captures gives it.
    #[inline]
    pub fn frame<F>(&self, value: T, inner: F) -> Framed<F> {
        self.framed(value, 0, inner)
    }

    /// Wraps `inner` so that it runs with nothing in force.
    #[inline]
    pub fn frame_exited<F>(&self, inner: F) -> Framed<F> {
        self.framed((), EXITED, inner)
    }

    #[inline]
    fn framed<V: Send + Sync + 'static, F>(&self, value: V, flags: u8, inner: F) -> Framed<F> {
        with_thread(|thread| {
            let make = self.make(thread.serial(), SCOPE | flags);
            let own = Entry::new(make, value, thread.capture());
            Framed::new(Carried::new(Some(own), State::CAPTURED_SCOPE), inner)
        })
    }

    /// Ends every entry made until now, everywhere.
    pub fn disable(&self) {
        let next = |key: u64| match key as u32 {
            _ if key == 0 => None,
            u32::MAX => Some(fresh()),
            _ => Some(key + 1),
        };
        let _never_used = self.word.fetch_update(Relaxed, Relaxed, next);
    }

    /// Makes the frame at the bottom of an environment.
    pub(crate) fn root_frame(&self, value: T) -> Frame {
        let make = with_thread(|thread| self.make(thread.serial(), ROOT));
        Frame(Some(Entry::new(make, value, None)))
    }

    /// Lends what the bottom of the frame in force holds, if it is one of ours.
    #[inline]
    pub(crate) fn with_root<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        with_thread(|thread| {
            // SAFETY: the value is used under `lend` only, and nothing replaces the frame before that
            let root = unsafe { thread.current() }.and_then(EntryRef::root);
            match root.filter(|root| root.key() == self.word.load(Relaxed)) {
                None => f(None),
                Some(root) => {
                    let value: *const T = root.value();
                    // SAFETY: entries with our key hold a `T`; the frame keeps its bottom alive, and `lend` the frame
                    thread.lend(|| f(Some(unsafe { &*value })))
                }
            }
        })
    }
}

/// The less common kinds of entries. A raw pointer is lent on, no `&T` argument: that would have to stay valid until
/// this returns, but the count that keeps it alive goes back before.
#[cold]
#[inline(never)]
fn lend_other<T, R>(thread: &Thread, entry: EntryRef<'_>, f: impl FnOnce(Lookup<'_, T>) -> R) -> R {
    if entry.has(NEVER) && thread.is_hidden(entry) {
        return f(Lookup::Unset);
    }
    if entry.has(EXITED) {
        return f(Lookup::Exited);
    }
    let value: *const T = entry.holder().value();
    // SAFETY: the holder is an entry made with our key, and the frame keeps it alive
    thread.lend(|| f(Lookup::Set(unsafe { &*value })))
}

/// Ends what [`Key::enter_guard`] began.
pub fn leave_guard(serial: u64) {
    with_thread(|thread| thread.leave_guard(serial));
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
