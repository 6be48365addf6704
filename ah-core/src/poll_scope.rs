//! A poll of a tracked future or stream, with whatever there is to be put in force around it.
//!
//! Nothing in here depends on what is polled: it is compiled once.

use std::{
    mem::{self, ManuallyDrop},
    task::Waker,
};

use crate::{
    context::{self, Unmute},
    emission,
    environment::are_futures_heard,
    frame::{Carried, FrameScope},
    identity::Identity,
    life::PollOf,
    outcome::Outcome,
    traced::announce_plainly,
    wake::{self, Watch},
};

/// What there is to be put back after a poll: see [`FrameScope`].
pub(crate) struct PollScope<'a> {
    subject: &'a mut Identity,
    frame: FrameScope<'a>,
    special: Special<'a>,
}

/// What there is beside the frame.
enum Special<'a> {
    Nothing,
    /// What is made is caused by a hook.
    Muted(ManuallyDrop<Unmute>),
    /// The scope of a resource that hooks hear of.
    Announced(PollOf<'a>),
    /// The same, polled by an executor while an inspector watches wakes.
    Watched(PollOf<'a>, ManuallyDrop<Option<Box<Watch>>>),
}

impl Special<'_> {
    fn muted(unmute: Unmute) -> Self {
        Self::Muted(ManuallyDrop::new(unmute))
    }
}

impl<'a> PollScope<'a> {
    #[inline]
    pub(crate) fn new(subject: &'a mut Identity, carried: &'a Carried) -> Self {
        Self {
            subject,
            frame: FrameScope::new(carried),
            special: Special::Nothing,
        }
    }

    #[inline]
    pub(crate) fn enter(&mut self) -> Polling<'_, 'a> {
        let is_special = self.subject.is_special() || are_futures_heard();
        if is_special {
            self.begin_special();
        } else {
            self.frame.begin();
        }
        Polling {
            scope: self,
            is_special,
        }
    }

    #[inline(never)]
    fn begin_special(&mut self) {
        if self.subject.has_id() && !self.frame.carried().is_finished() {
            self.begin_announced();
        } else {
            self.begin_unannounced();
        }
    }

    #[inline]
    fn begin_announced(&mut self) {
        let is_watched = wake::are_watched() && !context::in_scope();
        let poll = PollOf::enter(self.subject, &mut self.frame);
        self.special = if is_watched {
            Special::Watched(poll, ManuallyDrop::new(None))
        } else {
            Special::Announced(poll)
        };
    }

    #[cold]
    #[inline(never)]
    fn watched(&mut self, waker: &Waker) -> Option<&Waker> {
        match &mut self.special {
            Special::Watched(_, watch) => Some(wake::watch(watch, self.subject, waker)),
            _ => None,
        }
    }

    /// The scope of the resource, to be left.
    #[inline]
    fn announced<'s>(special: &'s mut Special<'a>) -> Option<&'s mut PollOf<'a>> {
        match special {
            Special::Announced(poll) => Some(poll),
            Special::Watched(poll, watch) => {
                drop(watch.take());
                Some(poll)
            }
            _ => None,
        }
    }

    #[inline(never)]
    fn begin_unannounced(&mut self) {
        let carried = self.frame.carried();
        if carried.is_finished() {
            // as good as what it wraps, but for what a hook caused
            let unmute = context::mute_if(self.subject.is_muted());
            self.frame.begin();
            return self.special = unmute.map_or(Special::Nothing, Special::muted);
        }
        if are_futures_heard() {
            // in the environment of the future, but with the stores of its poller: its frame is chosen by the poll itself
            let mut frame = FrameScope::new(carried);
            let _in_force = frame.enter();
            announce_plainly(self.subject, None);
        }
        if self.subject.has_id() {
            self.begin_announced();
        } else if self.subject.is_muted() {
            let unmute = context::mute();
            self.frame.begin();
            self.special = Special::muted(unmute);
        } else {
            self.frame.begin(); // no hook wants it
        }
    }

    #[inline(never)]
    fn end_special(&mut self, ready: bool) {
        let (subject, frame) = (&*self.subject, &mut self.frame);
        match Self::announced(&mut self.special) {
            Some(poll) if ready => poll.leave(frame, || emission::ready_and_after(subject)),
            Some(poll) => poll.leave(frame, || emission::after(subject)),
            None => self.end_unannounced(),
        }
        if ready {
            self.finish(); // last: a user's `Drop` may run
        }
    }

    #[inline]
    fn finish(&self) {
        if self.subject.is_muted() {
            finish_muted(self.frame.carried());
        } else {
            self.frame.carried().finish();
        }
    }

    #[cold]
    #[inline(never)]
    fn end_unannounced(&mut self) {
        let _unmute = match mem::replace(&mut self.special, Special::Nothing) {
            Special::Muted(unmute) => Some(ManuallyDrop::into_inner(unmute)),
            _ => None,
        };
        self.frame.end();
    }

    /// Tells it before `after`, and remembers it: to drop such a future is no cancellation.
    #[cold]
    #[inline(never)]
    fn panicked(&mut self) {
        let (subject, frame) = (&*self.subject, &mut self.frame);
        if let Some(poll) = Self::announced(&mut self.special) {
            poll.leave(frame, || {
                emission::settled(subject, Outcome::Panicked);
                emission::after(subject);
            });
            self.subject.set_panicked();
        } else {
            self.end_unannounced();
        }
    }
}

#[cold]
fn finish_muted(carried: &Carried) {
    let _unmute = context::mute();
    carried.finish();
}

/// A poll in progress. If this goes before [`end`](Self::end), what is polled panicked.
#[must_use = "the poll ends with `end`"]
pub(crate) struct Polling<'s, 'a> {
    scope: &'s mut PollScope<'a>,
    is_special: bool,
}

impl Polling<'_, '_> {
    /// Do hooks hear of it?
    pub(crate) fn is_announced(&self) -> bool {
        matches!(
            self.scope.special,
            Special::Announced(_) | Special::Watched(..)
        )
    }

    /// Returns the waker to poll with, if that is another one.
    #[inline]
    pub(crate) fn watched(&mut self, waker: &Waker) -> Option<&Waker> {
        if self.is_special && matches!(self.scope.special, Special::Watched(..)) {
            self.scope.watched(waker)
        } else {
            None
        }
    }

    /// Ends the poll, which was the last one if `ready`.
    #[inline]
    pub(crate) fn end(self, ready: bool) {
        let mut this = ManuallyDrop::new(self);
        let scope = &mut *this.scope;
        if !matches!(scope.special, Special::Nothing) {
            scope.end_special(ready);
        } else if ready {
            scope.frame.end_ready();
        } else {
            scope.frame.end();
        }
    }
}

impl Drop for Polling<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        self.scope.panicked();
    }
}
