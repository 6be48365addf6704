//! A poll of a tracked future or stream, with whatever is to be installed around it.
//!
//! Nothing in here depends on what is polled: it is compiled once.

use std::mem::{self, ManuallyDrop};

use crate::{
    context::suppression::{self, Suppression},
    engine::{announce::announce_plainly, emission::emit, life::PollOf},
    event::heard::are_futures_heard,
    event::outcome::Outcome,
    frame::{Carried, FrameScope},
    identity::Identity,
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
        if self.subject.is_tracked() || are_futures_heard() {
            self.begin_tracked();
        } else {
            self.frame.begin();
        }
        Polling(self)
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
        self.tracking = Tracking::Announced(PollOf::enter(self.subject, &mut self.frame));
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
        let subject = &*self.subject;
        match &mut self.tracking {
            Tracking::Announced(poll) if ready => {
                poll.leave(&mut self.frame, || emit::ready_and_after(subject));
            }
            Tracking::Announced(poll) => poll.leave(&mut self.frame, || emit::after(subject)),
            _ => self.end_unannounced(),
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
        let subject = &*self.subject;
        if let Tracking::Announced(poll) = &mut self.tracking {
            poll.leave(&mut self.frame, || {
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
pub(crate) struct Polling<'s, 'a>(&'s mut PollScope<'a>);

impl Polling<'_, '_> {
    /// Returns `true` if hooks receive it.
    pub(crate) fn is_announced(&self) -> bool {
        matches!(self.0.tracking, Tracking::Announced(_))
    }

    /// Ends the poll, which was the last one if `ready`.
    #[inline]
    pub(crate) fn end(self, ready: bool) {
        let mut this = ManuallyDrop::new(self);
        let scope = &mut *this.0;
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
        self.0.panicked();
    }
}
