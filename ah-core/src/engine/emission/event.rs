//! What hooks receive.

use crate::{
    event::{outcome::Outcome, phase::Phase},
    hook::{init::Init, listener::Listener},
    identity::Identity,
};

/// Something that hooks receive. A type for each phase, so that the way to the callback is compiled for each.
pub(super) trait Event: Copy {
    const PHASE: Phase;

    fn call(self, listener: &dyn Listener, subject: &Identity);
}

impl Event for &Init<'_> {
    const PHASE: Phase = Phase::Init;

    #[inline]
    fn call(self, listener: &dyn Listener, _: &Identity) {
        listener.init(self);
    }
}

/// Each event with nothing more to it, and what it calls.
macro_rules! events {
    ($($event:ident: $callback:ident;)*) => {$(
        #[derive(Clone, Copy)]
        pub(super) struct $event;

        impl Event for $event {
            const PHASE: Phase = Phase::$event;

            #[inline]
            fn call(self, listener: &dyn Listener, subject: &Identity) {
                listener.$callback(subject);
            }
        }
    )*};
}

events! {
    Before: before;
    After: after;
    PromiseResolve: promise_resolve;
    Destroy: destroy;
}

#[derive(Clone, Copy)]
pub(super) struct Settled(pub(super) Outcome);

impl Event for Settled {
    const PHASE: Phase = Phase::Settled;

    #[inline]
    fn call(self, listener: &dyn Listener, subject: &Identity) {
        listener.settled(subject, self.0);
    }
}
