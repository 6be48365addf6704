//! Where events come from: a hook for the life of resources, and the probe of `ah-core` for the rest.

use std::{
    panic::Location,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use ah_core::{
    AsyncHooks, AsyncId, Init, Interest, Phase, frame,
    probe::{Probe, Subject, Wants},
};

use crate::{
    loss::evidence,
    names,
    settings::Filter,
    state::{self, State},
};

/// A hook that hears what other hooks cause, too: it causes nothing itself.
pub(crate) struct Listen {
    state: &'static State,
    interest: Interest,
}

impl Listen {
    pub(crate) fn new(state: &'static State, filter: &Filter) -> Self {
        use Phase::{After, Before, Destroy, Init, PromiseResolve};
        let interest = Interest::new().reentrant(true);
        let interest = match filter.polls {
            true => interest.phases([Init, Before, After, PromiseResolve, Destroy]),
            false => interest.phases([Init, PromiseResolve, Destroy]),
        };
        let interest = match filter.types.is_empty() {
            true => interest,
            false => interest.types(filter.types.clone()),
        };
        Self { state, interest }
    }
}

impl AsyncHooks for Listen {
    fn init(&self, resource: &Init<'_>) {
        self.state.init(resource);
    }

    fn before(&self, id: AsyncId) {
        self.state.before(id.get());
    }

    fn after(&self, id: AsyncId) {
        self.state.after(id.get());
    }

    fn promise_resolve(&self, id: AsyncId) {
        self.state.settled(id.get());
    }

    fn destroy(&self, id: AsyncId) {
        self.state.destroyed(id.get());
    }

    fn interest(&self) -> Interest {
        self.interest.clone()
    }

    fn name(&self) -> &str {
        "ah-inspect"
    }
}

/// The environment that is recorded: ids of others mean other things.
static RECORDED: AtomicUsize = AtomicUsize::new(0);

/// Records the current environment from now on.
pub(crate) fn record_current_environment() {
    RECORDED.store(frame::environment(), Relaxed);
}

fn is_recorded(environment: usize) -> bool {
    RECORDED.load(Relaxed) == environment
}

/// What the probe is to see for a filter.
pub(crate) fn wants(filter: &Filter) -> Wants {
    let wakes = if filter.polls && filter.wakes {
        Wants::WAKES
    } else {
        Wants::NOTHING
    };
    let stores = if filter.stores {
        Wants::STORES
    } else {
        Wants::NOTHING
    };
    wakes.and(stores)
}

pub(crate) struct Watch;

impl Probe for Watch {
    fn woken(&self, task: Subject, by: AsyncId) {
        if let Some(state) = state::get().filter(|_| is_recorded(task.environment)) {
            state.woken(task.id.get(), by.get());
        }
    }

    fn ended(&self, task: Subject) {
        if let Some(state) = state::get().filter(|_| is_recorded(task.environment)) {
            state.ended(task.id.get());
        }
    }

    fn entered(&self, value: usize, place: &'static Location<'static>) {
        names::note_place_of_store(value, place, evidence::outermost());
    }

    fn unset(&self, storage: u32, place: &'static Location<'static>) {
        if let Some(state) = state::get().filter(|_| is_recorded(frame::environment())) {
            state.unset(storage, place);
        }
    }
}
