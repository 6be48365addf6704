//! Hooks that tell what they hear, and react.

use std::{
    cell::Cell,
    sync::{
        Arc, Weak,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use ah::{AsyncHooks, AsyncId, Init, Interest, Phase};

use super::Runner;
use crate::{
    log::event,
    program::{Listening, PHASES},
};

thread_local! {
    /// How many callbacks of hooks are under way.
    pub(super) static CALLBACKS: Cell<u32> = const { Cell::new(0) };
}

impl Runner {
    pub(super) fn hook(self: &Arc<Self>, listening: Listening) -> Hook {
        let mut state = self.state();
        state.hooks_made += 1;
        Hook {
            runner: Arc::downgrade(self),
            number: state.hooks_made,
            reactions: AtomicU32::new(listening.reaction.1),
            listening,
        }
    }
}

pub(super) struct Hook {
    runner: Weak<Runner>,
    pub(super) number: usize,
    listening: Listening,
    reactions: AtomicU32,
}

impl Hook {
    fn hear(&self, phase: Phase, id: AsyncId, made: Option<(&str, u64)>) {
        let reacts = PHASES[self.listening.reaction.0] == phase;
        self.call(reacts, || event(self.number, phase, id.get(), made));
    }

    pub(super) fn call(&self, reacts: bool, line: impl FnOnce() -> String) {
        struct Done;
        impl Drop for Done {
            fn drop(&mut self) {
                CALLBACKS.set(CALLBACKS.get() - 1);
            }
        }
        let Some(runner) = self.runner.upgrade() else {
            return;
        };
        CALLBACKS.set(CALLBACKS.get() + 1);
        let _done = Done;
        runner.look(&line());
        let left = |left: u32| left.checked_sub(1);
        if reacts && self.reactions.try_update(SeqCst, SeqCst, left).is_ok() {
            runner.run(&self.listening.reaction.2);
        }
    }
}

impl AsyncHooks for Hook {
    fn init(&self, resource: &Init<'_>) {
        let made = (resource.resource_type(), resource.trigger_async_id().get());
        self.hear(Phase::Init, resource.async_id(), Some(made));
    }
    fn before(&self, id: AsyncId) {
        self.hear(Phase::Before, id, None);
    }
    fn after(&self, id: AsyncId) {
        self.hear(Phase::After, id, None);
    }
    fn promise_resolve(&self, id: AsyncId) {
        self.hear(Phase::PromiseResolve, id, None);
    }
    fn destroy(&self, id: AsyncId) {
        self.hear(Phase::Destroy, id, None);
    }
    fn interest(&self) -> Interest {
        let wanted = PHASES.into_iter().zip(self.listening.phases);
        let interest = Interest::new()
            .phases(wanted.filter(|(_, wanted)| *wanted).map(|(phase, _)| phase))
            .track_promises(self.listening.promises)
            .reentrant(self.listening.reentrant);
        match self.listening.only_type {
            Some(ty) => interest.types([ty]),
            None => interest,
        }
    }
}
