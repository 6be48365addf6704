//! A poll of a tracked future or stream, with whatever is to be installed around it.
//!
//! Nothing in here depends on what is polled: it is compiled once.

use std::{
    mem::{self, ManuallyDrop},
    task::Waker,
};

use crate::{
    context::{
        current,
        suppression::{self, Suppression},
    },
    engine::{announce::announce_plainly, emission::emit, life::PollOf},
    event::heard::are_futures_heard,
    event::outcome::Outcome,
    frame::{Carried, FrameScope},
    identity::Identity,
    wake::{self, Watch},
};

/// What is to be restored after a poll: see [`FrameScope`].
pub(crate) struct PollScope<'a> {
    subject: &'a mut Identity,
    frame: FrameScope<'a>,
    tracking: Tracking<'a>,
}

/// What there is beside the frame.
enum Tracking<'a> {
    Nothing,
    /// What is created is caused by a hook.
    Suppressed(ManuallyDrop<Suppression>),
    /// The scope of a resource that hooks receive.
    Announced(PollOf<'a>),
    /// The same, polled by an executor while an inspector watches wakes.
    Watched(PollOf<'a>, ManuallyDrop<Option<Box<Watch>>>),
}

impl Tracking<'_> {
    fn suppressed(suppression: Suppression) -> Self {
        Self::Suppressed(ManuallyDrop::new(suppression))
    }
}

impl<'a> PollScope<'a> {
    #[inline]
    pub(crate) fn new(subject: &'a mut Identity, carried: &'a Carried) -> Self {
        Self {
            subject,
            frame: FrameScope::new(carried),
            tracking: Tracking::Nothing,
        }
    }

    #[inline]
    pub(crate) fn enter(&mut self) -> Polling<'_, 'a> {
        let is_tracked = self.subject.is_tracked() || are_futures_heard();
        if is_tracked {
            self.begin_tracked();
        } else {
            self.frame.begin();
        }
        Polling {
            scope: self,
            is_tracked,
        }
    }

    #[inline(never)]
    fn begin_tracked(&mut self) {
        if self.subject.has_id() && !self.frame.carried().is_finished() {
            self.begin_announced();
        } else {
            self.begin_unannounced();
        }
    }

    #[inline]
    fn begin_announced(&mut self) {
        let is_watched = wake::are_watched() && !current::in_scope();
        let poll = PollOf::enter(self.subject, &mut self.frame);
        self.tracking = if is_watched {
            Tracking::Watched(poll, ManuallyDrop::new(None))
        } else {
            Tracking::Announced(poll)
        };
    }

    #[cold]
    #[inline(never)]
    fn watched(&mut self, waker: &Waker) -> Option<&Waker> {
        match &mut self.tracking {
            Tracking::Watched(_, watch) => Some(wake::watch(watch, self.subject, waker)),
            _ => None,
        }
    }

    /// The scope of the resource, to be left.
    #[inline]
    fn announced<'s>(tracking: &'s mut Tracking<'a>) -> Option<&'s mut PollOf<'a>> {
        match tracking {
            Tracking::Announced(poll) => Some(poll),
            Tracking::Watched(poll, watch) => {
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
            let suppression = suppression::suppress_if(self.subject.is_suppressed());
            self.frame.begin();
            return self.tracking = suppression.map_or(Tracking::Nothing, Tracking::suppressed);
        }
        if are_futures_heard() {
            // in the environment of the future, but with the stores of its poller: its frame is chosen by the poll itself
            let mut frame = FrameScope::new(carried);
            let _current = frame.enter();
            announce_plainly(self.subject, None);
        }
        if self.subject.has_id() {
            self.begin_announced();
        } else if self.subject.is_suppressed() {
            let suppression = suppression::suppress();
            self.frame.begin();
            self.tracking = Tracking::suppressed(suppression);
        } else {
            self.frame.begin(); // no hook wants it
        }
    }

    #[inline(never)]
    fn end_tracked(&mut self, ready: bool) {
        let (subject, frame) = (&*self.subject, &mut self.frame);
        match Self::announced(&mut self.tracking) {
            Some(poll) if ready => poll.leave(frame, || emit::ready_and_after(subject)),
            Some(poll) => poll.leave(frame, || emit::after(subject)),
            None => self.end_unannounced(),
        }
        if ready {
            self.finish(); // last: a user's `Drop` may run
        }
    }

    #[inline]
    fn finish(&self) {
        if self.subject.is_suppressed() {
            finish_suppressed(self.frame.carried());
        } else {
            self.frame.carried().finish();
        }
    }

    #[cold]
    #[inline(never)]
    fn end_unannounced(&mut self) {
        let _suppression = match mem::replace(&mut self.tracking, Tracking::Nothing) {
            Tracking::Suppressed(suppression) => Some(ManuallyDrop::into_inner(suppression)),
            _ => None,
        };
        self.frame.end();
    }

    /// Delivers the end before `after`, and remembers it: to drop such a future is no cancellation.
    #[cold]
    #[inline(never)]
    fn panicked(&mut self) {
        let (subject, frame) = (&*self.subject, &mut self.frame);
        if let Some(poll) = Self::announced(&mut self.tracking) {
            poll.leave(frame, || {
                emit::settled(subject, Outcome::Panicked);
                emit::after(subject);
            });
            self.subject.set_panicked();
        } else {
            self.end_unannounced();
        }
    }
}

#[cold]
fn finish_suppressed(carried: &Carried) {
    let _suppression = suppression::suppress();
    carried.finish();
}

/// A poll in progress. If this is dropped before [`end`](Self::end), what is polled panicked.
#[must_use = "the poll ends with `end`"]
pub(crate) struct Polling<'s, 'a> {
    scope: &'s mut PollScope<'a>,
    is_tracked: bool,
}

impl Polling<'_, '_> {
    /// Returns `true` if hooks receive it.
    pub(crate) fn is_announced(&self) -> bool {
        matches!(
            self.scope.tracking,
            Tracking::Announced(_) | Tracking::Watched(..)
        )
    }

    /// Returns the waker to poll with, if that is another one.
    #[inline]
    pub(crate) fn watched(&mut self, waker: &Waker) -> Option<&Waker> {
        if self.is_tracked && matches!(self.scope.tracking, Tracking::Watched(..)) {
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
        if !matches!(scope.tracking, Tracking::Nothing) {
            scope.end_tracked(ready);
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
