//! Polls of tasks without stores, where there is next to nothing to do.
//!
//! Most polls of most tasks begin and end with no current store, on a worker that has none, while no hook listens: all
//! that changes is the context that runs.

use std::{fmt, marker::PhantomData};

use crate::{
    context::bare, engine::boundary::end_bare, event::heard::is_heard, event::phase::Phase,
    frame::Frame, identity::Identity,
};

/// The identity of a task that has no stores: two words, which a runtime may keep in atomics beside the task's context.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// use async_hooks::embedder::{BareTask, Quiet, TaskContext};
///
/// let mut task = TaskContext::new("TASK");
/// let words = task.bare().expect("no store is set here").to_words();
/// // for each poll
/// let scope = Quiet::here().expect("no store is current").enter(BareTask::from_words(words));
/// assert_eq!(async_hooks::execution_async_id(), task.async_id());
/// if let Err(scope) = scope.leave() {
///     task.leave_bare(scope); // a hook listens, or the poll left a store
/// }
/// assert_eq!(async_hooks::execution_async_id(), async_hooks::AsyncId::ROOT);
/// ```
#[derive(Clone, Copy)]
pub struct BareTask(Identity);

/// Shows that no store is current on this thread, and no hook receives polls: see [`Quiet::here`].
#[must_use = "`enter` begins a poll"]
pub struct Quiet {
    not_send: PhantomData<*const ()>,
}

/// A poll of a task without stores on this thread: see [`Quiet::enter`].
#[must_use = "the poll ends with `leave`"]
pub struct BareScope {
    not_send: PhantomData<*const ()>,
}

impl BareTask {
    #[inline]
    pub(crate) fn new(subject: &Identity) -> Self {
        Self(subject.guarded())
    }

    /// Creates it from what [`to_words`](Self::to_words) returned.
    #[inline]
    #[must_use]
    pub fn from_words(words: [u64; 2]) -> Self {
        Self(Identity::from_words(words))
    }

    /// Returns what it consists of. The second word is no larger than [`AsyncId::MAX`](crate::AsyncId::MAX).
    #[inline]
    #[must_use]
    pub fn to_words(self) -> [u64; 2] {
        self.0.to_words()
    }
}

impl Quiet {
    /// Returns it if that is so here and now: then a poll of a task without stores only changes the context that runs.
    #[inline]
    #[must_use]
    pub fn here() -> Option<Self> {
        let is_quiet = !is_heard(Phase::Before) && Frame::none_is_current() && bare::may_begin();
        is_quiet.then_some(Self {
            not_send: PhantomData,
        })
    }

    /// Begins a poll of a task without stores, as [`TaskContext::enter`](crate::embedder::TaskContext::enter) does.
    /// Nothing else may have been entered here since [`here`](Self::here).
    ///
    /// To be followed by [`BareScope::leave`].
    #[inline]
    pub fn enter(self, task: BareTask) -> BareScope {
        bare::begin(task.0);
        BareScope {
            not_send: PhantomData,
        }
    }
}

impl BareScope {
    /// Ends the poll if that only restores the context that ran before.
    ///
    /// # Errors
    ///
    /// If there is more to do, since a hook listens or the poll left anything behind. Nothing happens then: the scope
    /// is returned, to be left by [`TaskContext::leave_bare`](crate::embedder::TaskContext::leave_bare), or by
    /// [`abandon`](Self::abandon).
    #[inline]
    pub fn leave(self) -> Result<(), Self> {
        if is_heard(Phase::After) || !Frame::none_is_current() || !bare::is_undisturbed() {
            return Err(self);
        }
        bare::end();
        Ok(())
    }

    /// Ends the poll of a task whose context was dropped: no hook receives it, and the frame that it left is dropped.
    pub fn abandon(self) {
        drop(self.end());
    }

    /// Restores what was here before, and returns the frame that the poll left.
    pub(crate) fn end(self) -> Frame {
        end_bare();
        Frame::take_current()
    }
}

impl fmt::Debug for BareTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BareTask").finish_non_exhaustive()
    }
}

impl fmt::Debug for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quiet").finish_non_exhaustive()
    }
}

impl fmt::Debug for BareScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BareScope").finish_non_exhaustive()
    }
}
