//! The poll of a task that wraps its future: a task boundary.

use crate::{
    bare_task::{self, Quiet},
    context::{self, Covered, bare},
    destroy, emission,
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
    /// On a quiet thread, where all that is covered is who ran.
    Quietly,
    Over(Covered, usize),
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
        destroy::relieve();
        self.frame.begin();
        self.entered = Entered::Over(context::begin_task(self.subject), destroy::begin_task());
        emission::before(self.subject);
    }

    #[inline(never)]
    fn leave_over(&mut self) {
        if let Entered::Over(covered, destroys) = std::mem::replace(&mut self.entered, Entered::Not)
        {
            emission::after(self.subject);
            context::end_task(covered);
            destroy::end_task(destroys);
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
        emission::after(self.subject);
        bare_task::end();
        self.frame.end();
    }
}
