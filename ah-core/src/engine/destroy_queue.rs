//! Destroys wait on their thread until it is in no scope.
//!
//! The queue drains, in order, only while the thread is in no emission and not draining already: when the outermost
//! scope or a task boundary is left (at a boundary only what was queued inside it), at once in no scope, when it grew
//! long, at the end of the thread, and on [`flush_destroys`]. Callbacks run with ids 0 and no stores.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    mem::ManuallyDrop,
};

use super::{emission::emit, kept_scope};
use crate::{
    context::{
        current,
        state::{DRAINING, LATE, OUTSIDE, WAITING},
        stretch,
    },
    counters::Queued,
    environment::world::Environment,
    event::heard::is_heard,
    event::phase::Phase,
    frame::Frame,
    identity::Identity,
    subject::extensions,
    sync::thread_local,
};

/// So many entries are not left waiting for the end of a scope.
const LONG: usize = 16_384;

struct Entry {
    subject: Identity,
    /// The empty frame of its environment.
    root: Frame,
    _queued: Queued,
}

// None with a `Drop`: resources are dropped while the thread ends, too.
thread_local! {
    static ENTRIES: ManuallyDrop<RefCell<VecDeque<Entry>>> = const {
        ManuallyDrop::new(RefCell::new(VecDeque::new()))
    };
    /// Whether nobody comes by later.
    static IS_ENDING: Cell<bool> = const { Cell::new(false) };
    static AT_EXIT: AtExit = const { AtExit };
}

/// Drains the queue when the thread ends.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        IS_ENDING.set(true);
        flush_destroys();
        free();
    }
}

fn free() {
    ENTRIES.with(|entries| drop(entries.take()));
}

/// Queues the destroy of a resource, if anybody in its environment listens, and empties its extensions.
///
/// `root` is the empty frame of its environment.
#[inline]
pub(crate) fn queue(subject: &Identity, root: impl FnOnce() -> Frame) {
    if matters() {
        queue_mattering(subject, root());
    }
}

/// Returns `true` if anything happens when a resource is destroyed.
#[inline]
pub(crate) fn matters() -> bool {
    is_heard(Phase::Destroy) || extensions::any()
}

#[inline(never)]
fn queue_mattering(subject: &Identity, root: Frame) {
    subject.count_destroyed();
    if !root.is_none() {
        queue_other(subject, root);
    } else if is_heard_in(Environment::global(), subject) {
        if is_due_at_once() {
            deliver_global(subject);
            settle();
        } else {
            push(subject, root);
        }
    }
}

/// Of another environment than the global one.
#[inline(never)]
fn queue_other(subject: &Identity, root: Frame) {
    let is_heard = Environment::with_root(&root, |environment| is_heard_in(environment, subject));
    if !is_heard {
        return;
    }
    if is_due_at_once() {
        deliver(subject, root);
        settle();
    } else {
        push(subject, root);
    }
}

/// Empties the extensions of a resource, and returns whether hooks of its environment receive its destroy.
#[inline]
fn is_heard_in(environment: &Environment, subject: &Identity) -> bool {
    if extensions::any() {
        environment.extensions.forget(subject.id());
    }
    environment.hears(Phase::Destroy)
}

/// Returns `true` if nothing waits, and there is nothing to wait for: the usual case outside of scopes.
#[inline]
fn is_due_at_once() -> bool {
    WAITING.get() == 0 && is_idle() && !current::in_scope()
}

#[inline(never)]
fn push(subject: &Identity, root: Frame) {
    let _ = AT_EXIT.try_with(|_| ()); // about to wait
    let entry = Entry {
        subject: *subject,
        root,
        _queued: Queued::new(),
    };
    ENTRIES.with(|entries| entries.borrow_mut().push_back(entry));
    WAITING.set(WAITING.get() + 1);
    if IS_ENDING.get() {
        drain(|_| false);
    } else {
        settle();
    }
}

/// Drains what may be drained now. Called on every way out of a scope and after every emission.
#[inline]
pub(crate) fn settle() {
    if LATE.get() {
        kept_scope::leave_late();
    }
    if WAITING.get() != 0 && !current::in_scope() {
        drain(|_| false);
    }
}

/// Shortens a queue that grew long within a scope. Called on every way into one and before every emission.
#[inline]
pub(crate) fn relieve() {
    if WAITING.get() >= LONG {
        drain(|subject| current::is_on_stack(subject.id()));
    }
}

/// Delivers the destroys that wait on this thread, in order, whatever scope it is in.
///
/// Does nothing within a callback of a hook.
pub fn flush_destroys() {
    drain(|_| false);
}

/// Returns `true` if the thread is neither draining nor in an emission.
fn is_idle() -> bool {
    !DRAINING.get() && !emit::in_emission()
}

/// Delivers what was queued inside the innermost task boundary, until nothing is left but what `spare` spares.
#[cold]
#[inline(never)]
fn drain(spare: impl Fn(&Identity) -> bool) {
    if !is_idle() {
        return;
    }
    let mut at = OUTSIDE.get();
    // moved out under the borrow, delivered and dropped outside of it
    while let Some(entry) = ENTRIES.with(|entries| entries.borrow_mut().remove(at)) {
        if spare(&entry.subject) {
            ENTRIES.with(|entries| entries.borrow_mut().insert(at, entry));
            at += 1;
        } else {
            WAITING.set(WAITING.get() - 1);
            deliver(&entry.subject, entry.root);
        }
    }
    if IS_ENDING.get() && WAITING.get() == 0 {
        free(); // nobody does it later
    }
}

/// Delivers to the hooks, in no scope and with no stores. What they destroy waits until they are done. Nothing in here
/// unwinds.
fn deliver(subject: &Identity, mut root: Frame) {
    DRAINING.set(true);
    let outside = root.swap_in();
    let covered = stretch::begin_idle();
    emit::destroy(subject);
    stretch::end_task(covered);
    root.swap_back(outside);
    DRAINING.set(false);
}

/// As [`deliver`], of the global environment, where the thread is in no scope.
#[inline]
fn deliver_global(subject: &Identity) {
    DRAINING.set(true);
    if Frame::nothing_is_current() {
        stretch::as_idle(|| emit::destroy(subject));
    } else {
        let mut none = Frame::none();
        let outside = none.swap_in();
        stretch::as_idle(|| emit::destroy(subject));
        none.swap_back(outside);
    }
    DRAINING.set(false);
}

/// Begins a task boundary, until [`end_stretch`]: what waits until now is not drained inside. Returns how much waited outside
/// of the one around it.
#[inline]
pub(crate) fn begin_stretch() -> usize {
    OUTSIDE.replace(WAITING.get())
}

/// Ends a task boundary.
#[inline]
pub(crate) fn end_stretch(outside: usize) {
    if WAITING.get() > OUTSIDE.get() {
        drain(|_| false);
    }
    OUTSIDE.set(outside);
    if LATE.get() {
        settle(); // the context of the task is left
    }
}
