//! The poll that this thread is in, if the thread was quiet before: one, as no thread is quiet within it.
//!
//! This is so for nearly all polls. Nothing else than who runs, and the task's stores, is in force before and after.

use std::{cell::Cell, mem::ManuallyDrop};

use ah_core::embedder::{BareScope, Quiet, QuietScope};

use super::{
    number::Number,
    table::{Claim, Table},
};

/// Of a task without stores. Each variant is small: its way in and out of the thread-local is to be inlined.
enum Bare {
    Nobodys,
    Of(Number, BareScope),
    /// The task ended in it.
    Last(Number, BareScope),
}

/// Of a task with stores.
struct Claimed {
    number: Number,
    /// The task ended in it.
    over: bool,
    claim: Claim,
    scope: QuietScope,
}

// Without a `Drop`: tasks are polled while the thread ends, too. One of the two at most is somebody's.
thread_local! {
    static BARE: Cell<Bare> = const { Cell::new(Bare::Nobodys) };
    static CLAIMED: ManuallyDrop<Cell<Option<Claimed>>> = const {
        ManuallyDrop::new(Cell::new(None))
    };
}

/// Begins the poll of a task. False, and nothing happens, if the thread is not quiet for it.
#[inline]
pub(super) fn begin(table: &'static Table, number: Number) -> bool {
    let Some(quiet) = Quiet::here() else {
        return false;
    };
    let Some(task) = table.begin_bare(number) else {
        return begin_claimed(table, number, quiet);
    };
    let poll = Bare::Of(number, quiet.enter(task));
    BARE.with(|cell| cell.set(poll));
    true
}

#[inline(never)]
fn begin_claimed(table: &'static Table, number: Number, quiet: Quiet) -> bool {
    let Some(mut claim) = table.claim(number) else {
        return true; // a wrapper carries it: nothing is to be done
    };
    let Some(scope) = claim.task().enter_quiet(quiet) else {
        return false;
    };
    let poll = Claimed {
        number,
        over: false,
        claim,
        scope,
    };
    CLAIMED.with(|cell| cell.set(Some(poll)));
    true
}

/// Ends the poll of a task, if it is the one that was begun here.
#[inline]
pub(super) fn end(table: &'static Table, number: Number) -> bool {
    match BARE.replace(Bare::Nobodys) {
        Bare::Of(of, scope) if of == number => match scope.leave() {
            Ok(()) => table.end_bare(number),
            Err(scope) => end_claiming(table, number, scope),
        },
        Bare::Last(of, scope) if of == number => end_last(table, number, scope),
        other => {
            BARE.set(other);
            return end_claimed(table, number);
        }
    }
    true
}

/// Where the poll leaves more than it found.
#[inline(never)]
fn end_claiming(table: &'static Table, number: Number, scope: BareScope) {
    match table.claim_in_poll(number) {
        Some(mut claim) => {
            claim.task().leave_bare(scope);
            claim.end_bare();
        }
        None => scope.abandon(), // shut down meanwhile: the poll did not happen
    }
}

#[inline(never)]
fn end_last(table: &'static Table, number: Number, scope: BareScope) {
    match (table.claim_in_poll(number), scope.leave()) {
        (Some(mut claim), left) => {
            if let Err(scope) = left {
                claim.task().leave_bare(scope);
            }
            drop(claim.take(table, number));
        }
        (None, Err(scope)) => scope.abandon(),
        (None, Ok(())) => {}
    }
}

#[inline(never)]
fn end_claimed(table: &'static Table, number: Number) -> bool {
    match CLAIMED.with(|cell| cell.take()) {
        Some(mut poll) if poll.number == number => {
            poll.claim.task().leave_quiet(poll.scope);
            if poll.over {
                drop(poll.claim.take(table, number));
            }
            true
        }
        other => {
            CLAIMED.with(|cell| cell.set(other));
            false
        }
    }
}

/// Notes that the task ends. False if this thread does not poll it here.
pub(super) fn note_end(number: Number) -> bool {
    match BARE.replace(Bare::Nobodys) {
        Bare::Of(of, scope) if of == number => {
            BARE.set(Bare::Last(of, scope));
            true
        }
        other => {
            BARE.set(other);
            note_end_of_claimed(number)
        }
    }
}

fn note_end_of_claimed(number: Number) -> bool {
    let mut poll = CLAIMED.with(|cell| cell.take());
    let here = poll.as_mut().filter(|poll| poll.number == number);
    let is_here = here.map(|poll| poll.over = true).is_some();
    CLAIMED.with(|cell| cell.set(poll));
    is_here
}
