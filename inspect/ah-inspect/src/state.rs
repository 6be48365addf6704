//! What is kept, and how an event changes it.

use std::{cell::RefCell, sync::OnceLock};

use ah_core::{Init, execution_async_id};

use crate::{
    clock,
    event::{ELSEWHERE, Kind, Names, PROMISE, Words},
    live::{Live, Row},
    loss::{self, evidence},
    names::{self, Contexts, Place, Type},
    ring::{Filling, Ring},
    settings::{Filter, Settings},
};

/// All that is kept. It is created once in a process, by the first recorder, and stays: threads write to it without asking
/// whether it is there.
pub(crate) struct State {
    pub(crate) live: Live,
    pub(crate) ring: Ring,
    pub(crate) contexts: Contexts,
}

static STATE: OnceLock<State> = OnceLock::new();

pub(crate) fn get() -> Option<&'static State> {
    STATE.get()
}

pub(crate) fn get_or_create(settings: &Settings) -> &'static State {
    STATE.get_or_init(|| State {
        live: Live::new(settings.alive),
        ring: Ring::default(),
        contexts: Contexts::new(settings.contexts),
    })
}

thread_local! {
    static FILLING: RefCell<Option<Filling>> = const { RefCell::new(None) };
}

impl State {
    /// Keeps an event. One that happens while its thread ends is not kept; what is alive is known all the same.
    #[inline]
    fn push(&self, words: Words) {
        let _is_ending = FILLING.try_with(|filling| {
            let Ok(mut filling) = filling.try_borrow_mut() else {
                return;
            };
            if !filling.as_ref().is_some_and(|filling| filling.push(words)) {
                self.push_to_next(&mut filling, words);
            }
        });
    }

    #[cold]
    #[inline(never)]
    fn push_to_next(&self, filling: &mut Option<Filling>, words: Words) {
        let next = self.ring.next(filling.take());
        filling.insert(next).push(words);
    }

    #[inline]
    pub(crate) fn init(&self, resource: &Init<'_>) {
        let now = clock::ticks();
        let id = resource.async_id().get();
        let ty = Type {
            name: resource.resource_type(),
            future: resource
                .data()
                .map_or("", |ah_core::probe::FutureName(name)| name),
        };
        let context = evidence::context(self, now);
        let place = names::place_number(resource.location());
        let names = Names::new(names::type_number(ty), place, context);
        let trigger = resource.trigger_async_id();
        let promise = if resource.is_promise() { PROMISE } else { 0 };
        let elsewhere = if trigger == execution_async_id() {
            0
        } else {
            ELSEWHERE
        };
        let trigger = trigger.get() | promise | elsewhere;
        if !self.live.create(id, trigger, names, now) {
            self.contexts.leave(context);
        }
        self.push([now, Kind::Init.of(id), trigger, names.0]);
    }

    #[inline]
    pub(crate) fn before(&self, id: u64) {
        let now = clock::ticks();
        self.live.before(id, now);
        evidence::enter(id);
        self.push([now, Kind::Before.of(id), 0, 0]);
    }

    #[inline]
    pub(crate) fn after(&self, id: u64) {
        let now = clock::ticks();
        if let Some(names) = self.live.after(id, now) {
            evidence::note_after(id, names, now);
        }
        evidence::leave(id);
        self.push([now, Kind::After.of(id), 0, 0]);
    }

    #[inline]
    pub(crate) fn settled(&self, id: u64) {
        self.live.finish(id);
        self.push([clock::ticks(), Kind::Settled.of(id), 1, 0]);
    }

    #[inline]
    pub(crate) fn destroyed(&self, id: u64) {
        if let Some(names) = self.live.end(id) {
            self.contexts.leave(names.context());
        }
        self.push([clock::ticks(), Kind::Destroy.of(id), 0, 0]);
    }

    pub(crate) fn woken(&self, id: u64, by: u64) {
        let now = clock::ticks();
        let by = evidence::waker(by, now);
        let context = self.contexts.enter(now);
        let carried = if loss::is_answer(self, id, by, context) {
            0
        } else {
            context
        };
        self.live.wake(id, by, carried, now);
        self.contexts.leave(context); // it is looked at while it is not overwritten
        self.push([now, Kind::Wake.of(id), by, 0]);
        loss::answered(self, id, by, now);
    }

    pub(crate) fn ended(&self, id: u64) {
        let now = clock::ticks();
        self.live.finish(id);
        self.push([now, Kind::Ended.of(id), 0, 0]);
        evidence::note_end(id, now);
    }

    pub(crate) fn unset(&self, storage: u32, place: Place) {
        let now = clock::ticks();
        let reader = execution_async_id().get();
        if loss::unset(self, reader, storage, place, now) {
            let names = Names::new(0, names::place_number(Some(place)), 0);
            self.push([now, Kind::Unset.of(reader), storage.into(), names.0]);
        }
    }

    /// Forgets all, as at the begin of a recording.
    pub(crate) fn restart(&self, settings: &Settings) {
        self.live
            .retain(|_| false, |names| self.contexts.leave(names.context()));
        self.live.forget_not_shown();
        self.ring.restart(settings.events, clock::ticks());
        names::forget_places_of_stores();
        loss::forget();
        evidence::begin_stretch();
    }

    /// Forgets what the filter does not want: its end is not received.
    pub(crate) fn forget_unwanted(&self, filter: &Filter) {
        if filter.types.is_empty() {
            return;
        }
        let is_wanted = |row: &Row| {
            let ty = names::type_of(row.names.ty()).unwrap_or_default();
            filter.wants_type(ty.name)
        };
        self.live
            .retain(is_wanted, |names| self.contexts.leave(names.context()));
    }

    pub(crate) fn bytes(&self) -> usize {
        self.live.capacity() * Live::BYTES_EACH + self.ring.bytes() + self.contexts.bytes()
    }
}
