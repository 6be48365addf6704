//! The polls that this thread is in: more than one where a task blocks on another runtime.
//!
//! Those that begin on a quiet thread are in `quiet.rs`; here are the others, and what both have in common.

use std::cell::RefCell;

use ah_core::embedder::TaskScope;
use tokio::runtime::TaskMeta;

use super::{
    Callback, call,
    number::Number,
    quiet,
    table::{Claim, Table},
};

struct Poll {
    number: Number,
    /// The task ended in this poll.
    over: bool,
    claim: Claim,
    scope: TaskScope,
}

thread_local! {
    /// Those that began on a thread that was not quiet.
    static POLLS: RefCell<Vec<Poll>> = const { RefCell::new(Vec::new()) };
}

/// Enters the context of a task that is about to be polled, if it has one here.
#[inline]
pub(super) fn begin(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    let number = Number::of(meta.id());
    if callback.is_some() || !quiet::begin(table, number) {
        begin_claimed(table, meta, callback);
    }
}

#[inline(never)]
fn begin_claimed(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    let number = Number::of(meta.id());
    if let Some(mut claim) = table.claim(number) {
        let scope = claim.task().enter();
        push(
            table,
            Poll {
                number,
                over: false,
                claim,
                scope,
            },
        );
    }
    if callback.is_some() {
        call_or_leave(table, meta, callback);
    }
}

/// Leaves the context of a task that was polled.
#[inline]
pub(super) fn end(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    if callback.is_some() {
        call_or_leave(table, meta, callback);
    }
    leave(table, Number::of(meta.id()));
}

/// A panic in a callback of the user's takes its way, and the worker with it; the thread is as it was before.
#[cold]
fn call_or_leave(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    struct Leave(&'static Table, Number);
    impl Drop for Leave {
        fn drop(&mut self) {
            leave(self.0, self.1);
        }
    }
    let leave = Leave(table, Number::of(meta.id()));
    call(callback, meta);
    std::mem::forget(leave);
}

#[inline]
fn leave(table: &'static Table, number: Number) {
    if !quiet::end(table, number) {
        leave_claimed(table, number);
    }
}

#[inline(never)]
fn leave_claimed(table: &'static Table, number: Number) {
    // nothing is there if a wrapper carries the task
    if let Some(poll) = pop(number) {
        end_of(table, poll);
    }
}

#[inline]
fn end_of(table: &'static Table, poll: Poll) {
    let Poll {
        number,
        over,
        mut claim,
        scope,
    } = poll;
    claim.task().leave(scope);
    if over {
        drop(claim.take(table, number));
    }
}

/// Notes that a task ends. False if this thread does not poll it.
pub(super) fn note_end(number: Number) -> bool {
    quiet::note_end(number) || note_end_of_claimed(number)
}

fn note_end_of_claimed(number: Number) -> bool {
    let noted = with_polls(|polls| {
        let mut polls = polls.iter_mut();
        let poll = polls.rfind(|poll| poll.number == number);
        poll.map(|poll| poll.over = true).is_some()
    });
    noted.unwrap_or(false)
}

#[inline]
fn push(table: &'static Table, poll: Poll) {
    let mut poll = Some(poll);
    with_polls(|polls| polls.extend(poll.take()));
    if let Some(poll) = poll {
        end_of(table, poll); // the thread is ending: nobody would come by to leave it
    }
}

#[inline]
fn pop(number: Number) -> Option<Poll> {
    with_polls(|polls| match polls.last() {
        Some(last) if last.number == number => polls.pop(),
        _ => None,
    })?
}

/// Nothing happens while the thread ends. `f` must not call or drop anything of the user's.
#[inline]
fn with_polls<R>(f: impl FnOnce(&mut Vec<Poll>) -> R) -> Option<R> {
    POLLS.try_with(|polls| f(&mut polls.borrow_mut())).ok()
}
