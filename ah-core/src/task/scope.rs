//! The poll of a task that wraps its future: a task boundary.

use super::bare_task::Quiet;
use crate::{
    context::bare,
    engine::{
        boundary::{Boundary, end_bare},
        destroy_queue,
        emission::emit,
    },
    frame::{Carried, FrameScope, RootId},
    identity::Identity,
    wake,
};

/// A poll of a task with a carried frame: created first and entered then, where it stays, as a [`FrameScope`] is.
pub(crate) struct TaskScope<'a> {
    subject: &'a Identity,
    frame: FrameScope<'a>,
    entered: Entered,
}

enum Entered {
    Not,
    /// On a quiet thread, where all that is covered is the context that ran.
    Quietly,
    Over(Boundary),
}

impl<'a> TaskScope<'a> {
    #[inline]
    pub(crate) fn new(subject: &'a Identity, carried: &'a Carried) -> Self {
        Self {
            subject,
            frame: FrameScope::new(carried),
            entered: Entered::Not,
        }
    }

    /// Enters it until it is dropped. Returns whether its wakes are watched.
    #[inline]
    pub(crate) fn enter(&mut self) -> bool {
        if self.frame.carried().root_id() == RootId::GLOBAL && Quiet::here().is_some() {
            bare::begin(self.subject.guarded());
            self.entered = Entered::Quietly;
            self.frame.begin();
            false
        } else {
            self.enter_over();
            wake::are_watched()
        }
    }

    #[inline(never)]
    fn enter_over(&mut self) {
        destroy_queue::relieve();
        self.frame.begin();
        self.entered = Entered::Over(Boundary::of_task(self.subject));
        emit::before(self.subject);
    }

    #[inline(never)]
    fn leave_over(&mut self) {
        if let Entered::Over(boundary) = std::mem::replace(&mut self.entered, Entered::Not) {
            emit::after(self.subject);
            boundary.end();
        }
        self.frame.end();
    }
}

impl Drop for TaskScope<'_> {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.entered, Entered::Quietly) {
            return self.leave_over();
        }
        emit::after(self.subject);
        end_bare();
        self.frame.end();
    }
}
