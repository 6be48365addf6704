//! The poll that this thread is in, if the thread was quiet before: one, as no thread is quiet within it.
//!
//! This is so for nearly all polls. Before and after, nothing is current but the context that runs, and the task's
//! stores.

use std::{
    cell::{Cell, RefCell},
    mem::ManuallyDrop,
};

use ah_core::embedder::{BareScope, Quiet, QuietScope};

use super::{
    leaving::Leaving,
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
    static CLAIMED: ManuallyDrop<RefCell<Option<Claimed>>> = const {
        ManuallyDrop::new(RefCell::new(None))
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
    CLAIMED.with(|cell| *cell.borrow_mut() = Some(poll));
    true
}

/// Ends the poll of a task, if it is the one that began here.
#[inline]
pub(super) fn end(table: &'static Table, number: Number) -> bool {
    match BARE.replace(Bare::Nobodys) {
        Bare::Of(of, scope) if of == number => match scope.leave() {
            Ok(()) => table.end_bare(number),
            Err(scope) => end_called(table, number, false, scope),
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
fn end_called(table: &'static Table, number: Number, over: bool, scope: BareScope) {
    Leaving::part_bare(table, number, over, scope).finish(|| ());
}

#[inline(never)]
fn end_last(table: &'static Table, number: Number, scope: BareScope) {
    match scope.leave() {
        Ok(()) => {
            let claim = table.claim_in_poll(number);
            drop(claim.and_then(|claim| claim.end(table, number)));
        }
        Err(scope) => end_called(table, number, true, scope),
    }
}

#[inline(never)]
fn end_claimed(table: &'static Table, number: Number) -> bool {
    let Some(mut poll) = take_claimed(number) else {
        return false;
    };
    match poll.claim.task().leave_quiet(poll.scope) {
        Ok(()) if poll.over => drop(poll.claim.end(table, number)),
        Ok(()) => {}
        Err(scope) => {
            Leaving::part(table, number, poll.claim, poll.over, scope).finish(|| ());
        }
    }
    true
}

/// As [`end`], for others alone, where a callback of the user's runs at the end.
pub(super) fn part(table: &'static Table, number: Number) -> Option<Leaving> {
    match BARE.replace(Bare::Nobodys) {
        Bare::Of(of, scope) if of == number => {
            Some(Leaving::part_bare(table, number, false, scope))
        }
        Bare::Last(of, scope) if of == number => {
            Some(Leaving::part_bare(table, number, true, scope))
        }
        other => {
            BARE.set(other);
            let poll = take_claimed(number)?;
            Some(Leaving::part(
                table, number, poll.claim, poll.over, poll.scope,
            ))
        }
    }
}

#[inline]
fn take_claimed(number: Number) -> Option<Claimed> {
    CLAIMED.with(|cell| cell.borrow_mut().take_if(|poll| poll.number == number))
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
    CLAIMED.with(|cell| {
        let mut poll = cell.borrow_mut();
        let here = poll.as_mut().filter(|poll| poll.number == number);
        here.map(|poll| poll.over = true).is_some()
    })
}
