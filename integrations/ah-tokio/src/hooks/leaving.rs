//! The end of a poll where code of the user's runs: the task has its stores back by then, and others may poll or end it.
//!
//! 1. Under the claim, the context gets the frame as the poll left it, and the thread continues in a copy of the
//!    context.
//! 2. A [`Visit`] keeps the task from being destroyed, and the claim is released.
//! 3. The user's callback and the hooks run in the copy. What they enter ends with it.
//! 4. The visit ends. If the task has ended meanwhile, and nobody else visits it, it is destroyed here.
//!
//! So no thread waits for the callbacks of another, and a task is destroyed after the last of them.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use ah_core::embedder::{BareScope, QuietScope, TaskScope, TaskVisit};

use super::{
    number::Number,
    table::{Claim, Table, Visit},
};

/// How a poll began here.
pub(super) enum Scope {
    Bare(BareScope),
    Quiet(QuietScope),
    Full(TaskScope),
}

/// A poll that is over for others.
pub(super) struct Leaving {
    /// None if the context of a task that was polled bare is dropped: the poll did not happen.
    task: Option<(TaskVisit, Visit)>,
    scope: Scope,
}

impl Leaving {
    /// Ends a poll for others; with `over`, the task, too.
    pub(super) fn part(
        table: &'static Table,
        number: Number,
        mut claim: Claim,
        over: bool,
        scope: impl Into<Scope>,
    ) -> Self {
        let visit = claim.visit(table, number);
        Self::part_visited(table, number, claim, visit, over, scope)
    }

    /// As [`part`](Self::part), of a poll that has visited the task since its beginning.
    pub(super) fn part_visited(
        table: &'static Table,
        number: Number,
        mut claim: Claim,
        visit: Visit,
        over: bool,
        scope: impl Into<Scope>,
    ) -> Self {
        let task = claim.task().part();
        if over {
            drop(claim.end(table, number)); // not here: `visit` is there
        } else {
            drop(claim);
        }
        Self::visiting(task, visit, scope)
    }

    /// As [`part`](Self::part), of a poll that began without a claim.
    pub(super) fn part_bare(
        table: &'static Table,
        number: Number,
        over: bool,
        scope: BareScope,
    ) -> Self {
        match table.claim_in_poll(number) {
            Some(claim) => Self::part(table, number, claim, over, scope),
            None => Self {
                task: None, // shut down meanwhile
                scope: scope.into(),
            },
        }
    }

    /// Of a poll in a copy of the context.
    pub(super) fn visiting(task: TaskVisit, visit: Visit, scope: impl Into<Scope>) -> Self {
        Self {
            task: Some((task, visit)),
            scope: scope.into(),
        }
    }

    /// Calls `f`, the user's callback, in the poll, and ends the poll. A panic in `f` takes its way then.
    pub(super) fn finish(self, f: impl FnOnce()) {
        call_then(f, || self.leave());
    }

    fn leave(self) {
        let Self { task, scope } = self;
        let Some((mut task, visit)) = task else {
            if let Scope::Bare(scope) = scope {
                scope.abandon();
            }
            return;
        };
        match scope {
            Scope::Bare(scope) => task.leave_bare(scope),
            Scope::Quiet(scope) => task.leave_quiet(scope),
            Scope::Full(scope) => task.leave(scope),
        }
        drop(task); // the stores as the poll left them, if the task has others by now
        drop(visit);
    }
}

/// Calls `f`, which is the user's, and then `leave`, if `f` panics, too.
pub(super) fn call_then(f: impl FnOnce(), leave: impl FnOnce()) {
    let result = catch_unwind(AssertUnwindSafe(f));
    leave();
    if let Err(payload) = result {
        resume_unwind(payload);
    }
}

impl From<BareScope> for Scope {
    fn from(scope: BareScope) -> Self {
        Self::Bare(scope)
    }
}

impl From<QuietScope> for Scope {
    fn from(scope: QuietScope) -> Self {
        Self::Quiet(scope)
    }
}

impl From<TaskScope> for Scope {
    fn from(scope: TaskScope) -> Self {
        Self::Full(scope)
    }
}
