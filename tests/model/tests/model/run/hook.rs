//! Hooks that tell what they receive, and react.

use std::{
    cell::Cell,
    sync::{
        Arc, Weak,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use async_hooks::{
    AsyncHook, AsyncHooks, AsyncId, Hooks, Init, Interest, Phase,
    promise_hooks::{self, Outcome, Promise, Stop},
};

use super::{Runner, shared::thrown};
use crate::{
    log,
    program::{Body, Event, Listening, OF_PROMISES, PHASES},
};

thread_local! {
    /// How many callbacks of hooks are under way.
    pub(super) static CALLBACKS: Cell<u32> = const { Cell::new(0) };
}

impl Runner {
    fn number_of_hook(&self) -> usize {
        let mut state = self.state();
        state.hooks_made += 1;
        state.hooks_made
    }

    pub(super) fn make_hook(self: &Arc<Self>, listening: &Listening) -> AsyncHook {
        let hook = Hook {
            runner: Some(Arc::downgrade(self)),
            number: self.number_of_hook(),
            reactions: AtomicU32::new(listening.reaction.1),
            listening: listening.clone(),
        };
        // both ways to write hooks down are as good
        if hook.number.is_multiple_of(2) {
            async_hooks::create_hook(of_closures(hook))
        } else {
            async_hooks::create_hook(hook)
        }
    }

    pub(super) fn make_promise_hook(
        self: &Arc<Self>,
        phase: usize,
        times: u32,
        body: &Body,
    ) -> Stop {
        let hook = Hook {
            runner: Some(Arc::downgrade(self)),
            number: self.number_of_hook(),
            reactions: AtomicU32::new(times),
            listening: Listening::of_promises(times, body),
        };
        let heard = OF_PROMISES[phase];
        let hear = move |promise: &Promise, parent, outcome| {
            hook.hear_promise(heard, promise, parent, outcome);
        };
        match heard {
            Event::Of(Phase::Init) => {
                promise_hooks::on_init(move |promise, parent| hear(promise, parent, None))
            }
            Event::Of(Phase::Before) => {
                promise_hooks::on_before(move |promise| hear(promise, promise.parent(), None))
            }
            Event::Of(Phase::After) => {
                promise_hooks::on_after(move |promise| hear(promise, promise.parent(), None))
            }
            _ => promise_hooks::on_settled(move |promise, outcome| {
                hear(promise, promise.parent(), Some(outcome));
            }),
        }
    }
}

/// A hook that tells the task that runs on this thread, whichever it is, and reacts every time.
pub(crate) fn of_any_task(number: usize, listening: &Listening) -> AsyncHook {
    async_hooks::create_hook(Hook {
        runner: None,
        number,
        reactions: AtomicU32::new(0),
        listening: listening.clone(),
    })
}

struct Hook {
    /// Whom it tells; if nobody, then the context that runs.
    runner: Option<Weak<Runner>>,
    number: usize,
    listening: Listening,
    reactions: AtomicU32,
}

impl Hook {
    fn hear(&self, phase: Phase, id: AsyncId, made: Option<(&str, AsyncId)>) {
        let reacts = PHASES[self.listening.reaction.0] == phase;
        self.call(reacts, |runner| {
            let id = runner.label(id);
            let made = made.map(|(ty, trigger)| (ty, runner.label(trigger)));
            log::event(self.number, Event::Of(phase), id, made)
        });
    }

    fn hear_promise(
        &self,
        event: Event,
        promise: &Promise,
        parent: Option<AsyncId>,
        outcome: Option<Outcome>,
    ) {
        self.call(true, |runner| {
            let id = runner.label(promise.async_id());
            let parent = parent.map(|parent| runner.label(parent));
            log::promise(self.number, event, id, parent, outcome)
        });
    }

    fn call(&self, reacts: bool, line: impl FnOnce(&Runner) -> String) {
        struct Done;
        impl Drop for Done {
            fn drop(&mut self) {
                CALLBACKS.set(CALLBACKS.get() - 1);
            }
        }
        let runner = match &self.runner {
            Some(runner) => runner.upgrade(),
            None => Runner::of_this_task(),
        };
        let Some(runner) = runner else { return };
        CALLBACKS.set(CALLBACKS.get() + 1);
        let _done = Done;
        runner.look(&line(&runner));
        if reacts {
            self.react(&runner);
        }
    }

    fn react(&self, runner: &Arc<Runner>) {
        let (_, _, body) = &self.listening.reaction;
        let left = |left: u32| left.checked_sub(1);
        if self.runner.is_none() {
            let _contained = thrown(|| runner.run(body));
        } else if self.reactions.try_update(SeqCst, SeqCst, left).is_ok() {
            runner.run(body);
        }
    }
}

impl AsyncHooks for Hook {
    fn init(&self, resource: &Init<'_>) {
        let made = (resource.resource_type(), resource.trigger_async_id());
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

/// The same hook, put together of closures.
fn of_closures(hook: Hook) -> Hooks {
    let Listening {
        phases: [init, before, after, resolve, destroy],
        only_type,
        promises,
        reentrant,
        ..
    } = hook.listening;
    let hook = Arc::new(hook);
    let hear = |phase| {
        let hook = hook.clone();
        move |id| hook.hear(phase, id, None)
    };
    let mut hooks = Hooks::builder()
        .track_promises(promises)
        .reentrant(reentrant);
    if init {
        let hook = hook.clone();
        hooks = hooks.init(move |resource| hook.init(resource));
    }
    if before {
        hooks = hooks.before(hear(Phase::Before));
    }
    if after {
        hooks = hooks.after(hear(Phase::After));
    }
    if resolve && promises {
        hooks = hooks.promise_resolve(hear(Phase::PromiseResolve));
    }
    if destroy {
        hooks = hooks.destroy(hear(Phase::Destroy));
    }
    match only_type {
        Some(ty) => hooks.types([ty]).build(),
        None => hooks.build(),
    }
}
