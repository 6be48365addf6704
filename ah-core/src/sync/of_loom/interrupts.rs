//! A fence on all threads at the wish of one, as `membarrier` of Linux runs it.
//!
//! The system interrupts the other threads wherever they are, has each of them run a fence, and returns when all have. Here a
//! thread looks before each of its accesses whether such a fence is wanted, and runs it: loom decides which one
//! continues when, so it comes between any two accesses. Nobody waits for a thread that waits itself: that has run a
//! fence before it began to, as the system does when it takes a thread off its processor.
//!
//! A model that uses this says so by [`expect_fences`]: in others, to wait is no fence.

use std::{
    cell::{Cell, RefCell},
    sync::atomic::Ordering::SeqCst,
};

use super::{ThreadId, fence, this_thread, yield_now};

/// A thread of the present run.
struct Thread {
    id: ThreadId,
    /// How many of the fences it ran.
    fences: u64,
    is_waiting: bool,
}

// unseen by loom, which runs one thread at a time
std::thread_local! {
    /// How many fences were wanted in this run.
    static WANTED: Cell<u64> = const { Cell::new(0) };
    static THREADS: RefCell<Vec<Thread>> = const { RefCell::new(Vec::new()) };
    /// Whether any may be wanted.
    static ARE_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// To be called at the beginning of a model in which [`fence_all_threads`] may be called.
pub fn expect_fences() {
    ARE_EXPECTED.set(true);
}

pub(super) fn begin_run() {
    WANTED.set(0);
    ARE_EXPECTED.set(false);
    THREADS.with_borrow_mut(Vec::clear);
}

pub(super) fn begin_thread() {
    let thread = Thread {
        id: this_thread(),
        fences: 0, // what was wanted before it began, it runs now
        is_waiting: false,
    };
    THREADS.with_borrow_mut(|threads| threads.push(thread));
}

pub(super) fn end_thread() {
    let id = this_thread();
    THREADS.with_borrow_mut(|threads| threads.retain(|thread| thread.id != id));
}

/// Changes what is known of this thread, if it is one of the run.
fn of_this_thread<R>(f: impl FnOnce(&mut Thread) -> R) -> Option<R> {
    let id = this_thread();
    THREADS.with_borrow_mut(|threads| threads.iter_mut().find(|thread| thread.id == id).map(f))
}

/// Runs the fence that is wanted of this thread, if one is.
pub(super) fn interrupt() {
    let wanted = WANTED.get();
    if wanted != 0 && of_this_thread(|thread| thread.fences < wanted) == Some(true) {
        fence(SeqCst);
        of_this_thread(|thread| thread.fences = wanted); // not before: others may go on in between
    }
}

/// Runs `wait`, which may wait for other threads. Whether it does is not known before: so to take a lock that is free
/// is taken for a fence, too.
pub(super) fn while_waiting<R>(wait: impl FnOnce() -> R) -> R {
    if !ARE_EXPECTED.get() {
        return wait();
    }
    fence(SeqCst);
    of_this_thread(|thread| thread.is_waiting = true);
    let result = wait();
    of_this_thread(|thread| thread.is_waiting = false);
    interrupt();
    result
}

/// Returns when each other thread of the run has run a fence, this one included.
pub fn fence_all_threads() {
    WANTED.set(WANTED.get() + 1);
    let wanted = WANTED.get();
    let is_missing = |thread: &Thread| thread.fences < wanted && !thread.is_waiting;
    interrupt();
    while THREADS.with_borrow(|threads| threads.iter().any(is_missing)) {
        yield_now();
        interrupt(); // another one may want the same
    }
    fence(SeqCst);
}
