//! A poll of a tracked future or stream, with whatever there is to be put in force around it.
//!
//! Nothing in here depends on what is polled: it is compiled once.

use std::mem::{self, ManuallyDrop};

use crate::{
    context::{self, Entered, Unmute},
    emission,
    environment::are_futures_heard,
    frame::{Carried, FrameScope},
    identity::Identity,
    life,
    outcome::Outcome,
    traced::announce,
};

/// What there is to be put back after a poll: see [`FrameScope`].
pub(crate) struct PollScope<'a> {
    subject: &'a mut Identity,
    frame: FrameScope<'a>,
    special: Special,
}

/// What there is beside the frame.
enum Special {
    Nothing,
    /// What is made is caused by a hook.
    Muted(ManuallyDrop<Unmute>),
    /// The scope of a resource that hooks hear of.
    Announced(ManuallyDrop<Entered>),
}

impl Special {
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
        if self.subject.is_special() || are_futures_heard() {
            self.begin_special();
        } else {
            self.frame.begin();
        }
        Polling(self)
    }

    #[inline(never)]
    fn begin_special(&mut self) {
        let carried = self.frame.carried();
        if carried.is_finished() {
            // as good as what it wraps, but for what a hook caused
            let unmute = context::mute_if(self.subject.is_muted());
            self.frame.begin();
            return self.special = unmute.map_or(Special::Nothing, Special::muted);
        }
        if !self.subject.has_id() && are_futures_heard() {
            // in the environment of the future, but with the stores of its poller: its frame is chosen by the poll itself
            let mut frame = FrameScope::new(carried);
            let _in_force = frame.enter();
            *self.subject = announce(*self.subject, None, || ());
        }
        if self.subject.has_id() {
            let entered = life::enter(self.subject, &mut self.frame);
            self.special = Special::Announced(ManuallyDrop::new(entered));
        } else if self.subject.is_muted() {
            let unmute = context::mute();
            self.frame.begin();
            self.special = Special::muted(unmute);
        } else {
            self.frame.begin(); // no hook wants it
        }
    }

    #[inline(never)]
    fn end_special(&mut self, outcome: Option<Outcome>) {
        match mem::replace(&mut self.special, Special::Nothing) {
            Special::Nothing => self.frame.end(),
            Special::Muted(unmute) => {
                let _unmute = ManuallyDrop::into_inner(unmute);
                self.frame.end();
            }
            Special::Announced(entered) => {
                if outcome == Some(Outcome::Ready) {
                    emission::promise_resolve(self.subject);
                }
                if let Some(outcome) = outcome {
                    emission::settled(self.subject, outcome);
                }
                let entered = ManuallyDrop::into_inner(entered);
                life::leave(self.subject, &mut self.frame, entered);
            }
        }
    }

    #[inline(never)]
    fn end_heard(&mut self, ready: bool) {
        self.end_special(ready.then_some(Outcome::Ready));
        if !ready {
            return;
        }
        // last: a user's `Drop` may run
        if self.subject.is_muted() {
            finish_muted(self.frame.carried());
        } else {
            self.frame.carried().finish();
        }
    }

    /// Tells it before `after`, and remembers it: to drop such a future is no cancellation.
    #[cold]
    #[inline(never)]
    fn panicked(&mut self) {
        let announced = matches!(self.special, Special::Announced(_));
        self.end_special(Some(Outcome::Panicked));
        if announced {
            self.subject.set_panicked();
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
pub(crate) struct Polling<'s, 'a>(&'s mut PollScope<'a>);

impl Polling<'_, '_> {
    /// Do hooks hear of it?
    pub(crate) fn is_announced(&self) -> bool {
        matches!(self.0.special, Special::Announced(_))
    }

    /// Ends the poll, which was the last one if `ready`.
    #[inline]
    pub(crate) fn end(self, ready: bool) {
        let mut this = ManuallyDrop::new(self);
        let scope = &mut *this.0;
        if !matches!(scope.special, Special::Nothing) {
            scope.end_heard(ready);
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
