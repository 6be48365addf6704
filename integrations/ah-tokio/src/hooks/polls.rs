//! The polls that this thread is in: more than one where a task blocks on another runtime.
//!
//! Those that begin on a quiet thread are in `quiet.rs`; here are the others, and what both have in common. Around a poll
//! that is not quiet, code of the user's may run before and after: its end is in `leaving.rs`, and it begins alike.
//!
//! 1. Under a claim, a copy of the task's context is created; a [`Visit`] keeps the task from being destroyed.
//! 2. The claim is released. The thread enters the copy; hooks and the user's callback run.
//! 3. The task is claimed again, and the poll continues in the context itself, which no other poll has used meanwhile.
//!    If the task was shut down instead, the poll does not happen, but ends as others do.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use ah_core::embedder::{TaskScope, TaskVisit};
use tokio::runtime::TaskMeta;

use super::{
    Callback, call,
    leaving::Leaving,
    number::Number,
    quiet,
    table::{Claim, Table, Visit},
};

struct Poll {
    number: Number,
    /// The task ended in this poll.
    over: bool,
    within: Within,
    scope: TaskScope,
}

/// What the thread has entered.
enum Within {
    Task(Claim, Visit),
    /// A copy: the task was shut down.
    Copy(TaskVisit, Visit),
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
        begin_called(table, meta, callback);
    }
}

#[inline(never)]
fn begin_called(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    let number = Number::of(meta.id());
    let Some(mut claim) = table.claim(number) else {
        return call(callback, meta); // a wrapper carries the task
    };
    let mut task = claim.task().visit();
    let visit = claim.visit(table, number);
    drop(claim);
    let scope = task.enter();
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| call(callback, meta))) {
        let leaving = Leaving::visiting(task, visit, scope);
        return leaving.finish(|| resume_unwind(payload));
    }
    let within = match table.claim(number) {
        Some(mut claim) => {
            claim.task().rejoin(task);
            Within::Task(claim, visit)
        }
        None => Within::Copy(task, visit),
    };
    push(
        table,
        Poll {
            number,
            over: false,
            within,
            scope,
        },
    );
}

/// Leaves the context of a task that was polled.
#[inline]
pub(super) fn end(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    if callback.is_some() {
        return end_called(table, meta, callback);
    }
    let number = Number::of(meta.id());
    if !quiet::end(table, number) {
        end_full(table, number); // of its own: nothing else is kept over the usual way
    }
}

#[inline(never)]
fn end_full(table: &'static Table, number: Number) {
    // nothing is there if a wrapper carries the task
    if let Some(poll) = pop(number) {
        poll.part(table).finish(|| ());
    }
}

#[inline(never)]
fn end_called(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    let number = Number::of(meta.id());
    let leaving = quiet::part(table, number);
    match leaving.or_else(|| Some(pop(number)?.part(table))) {
        Some(leaving) => leaving.finish(|| call(callback, meta)),
        None => call(callback, meta), // a wrapper carries the task
    }
}

impl Poll {
    /// Ends the poll for others.
    fn part(self, table: &'static Table) -> Leaving {
        let Self {
            number,
            over,
            within,
            scope,
        } = self;
        match within {
            Within::Task(claim, visit) => {
                Leaving::part_visited(table, number, claim, visit, over, scope)
            }
            Within::Copy(task, visit) => Leaving::visiting(task, visit, scope),
        }
    }
}

/// Notes that a task ends. False if this thread does not poll it.
pub(super) fn note_end(number: Number) -> bool {
    quiet::note_end(number) || note_end_of_called(number)
}

fn note_end_of_called(number: Number) -> bool {
    let noted = with_polls(|polls| {
        let mut polls = polls.iter_mut();
        let poll = polls.rfind(|poll| poll.number == number);
        poll.map(|poll| poll.over = true).is_some()
    });
    noted.unwrap_or(false)
}

fn push(table: &'static Table, poll: Poll) {
    let mut poll = Some(poll);
    with_polls(|polls| polls.extend(poll.take()));
    if let Some(poll) = poll {
        poll.part(table).finish(|| ()); // the thread is ending: nobody would come by to leave it
    }
}

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
