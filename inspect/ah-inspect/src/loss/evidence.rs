//! What a thread remembers of the last moments: who ran, in which context, and what ended.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::{clock, event::Names, state::State};

/// What ran on a thread just before something untracked is suspected of having spawned it.
const JUST_BEFORE: u64 = 200_000;
/// A runtime wakes whoever joins a task right after it has ended, and so while nothing is known to run.
const JUST_ENDED: u64 = 15_000;

/// What ran last, and until when.
#[derive(Clone, Copy)]
pub(crate) struct Last {
    pub(crate) id: u64,
    pub(crate) names: Names,
    until: u64,
}

const NONE: Last = Last {
    id: 0,
    names: Names(0),
    until: 0,
};

struct Thread {
    last: Cell<Last>,
    /// The last context that was not empty, and when.
    context: Cell<(u32, u64)>,
    /// The task that ended last, and when.
    ended: Cell<(u64, u64)>,
    /// The outermost of what is polled, and in which stretch of recording that was noted.
    outermost: Cell<(u64, u64)>,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            last: Cell::new(NONE),
            context: Cell::new((0, 0)),
            ended: Cell::new((0, 0)),
            outermost: Cell::new((0, 0)),
        }
    };
}

/// The number of the current context, of which a use is counted.
#[inline]
pub(crate) fn context(state: &State, now: u64) -> u32 {
    let number = state.contexts.enter(now);
    if number != 0 {
        THREAD.with(|thread| thread.context.set((number, now)));
    }
    number
}

/// The present stretch of recording. What was being polled in an earlier one may have ended unseen.
static STRETCH: AtomicU64 = AtomicU64::new(1);

pub(crate) fn begin_stretch() {
    STRETCH.fetch_add(1, Relaxed);
}

/// The outermost of what is polled on this thread, which is a task or what an untracked task polls; 0 if nothing is.
#[inline]
pub(crate) fn outermost() -> u64 {
    let (id, stretch) = THREAD.with(|thread| thread.outermost.get());
    if stretch == STRETCH.load(Relaxed) {
        id
    } else {
        0
    }
}

#[inline]
pub(crate) fn enter(id: u64) {
    if outermost() == 0 {
        THREAD.with(|thread| thread.outermost.set((id, STRETCH.load(Relaxed))));
    }
}

#[inline]
pub(crate) fn leave(id: u64) {
    THREAD.with(|thread| {
        if thread.outermost.get().0 == id {
            thread.outermost.set((0, 0));
        }
    });
}

#[inline]
pub(crate) fn note_after(id: u64, names: Names, now: u64) {
    let last = Last {
        id,
        names,
        until: now,
    };
    THREAD.with(|thread| thread.last.set(last));
}

pub(crate) fn note_end(id: u64, now: u64) {
    THREAD.with(|thread| thread.ended.set((id, now)));
}

/// Who woke: where nothing tracked runs, the task that has just ended here, for whoever joins it.
pub(crate) fn waker(by: u64, now: u64) -> u64 {
    if by > 1 {
        return by;
    }
    THREAD.with(|thread| {
        let (ended, at) = thread.ended.take();
        let is_due = ended != 0
            && at >= thread.last.get().until
            && clock::span(now.saturating_sub(at)) < JUST_ENDED;
        if is_due { ended } else { by }
    })
}

/// What ran on this thread until just before, and the context that was seen there.
pub(crate) fn just_before(now: u64) -> Option<(Last, u32)> {
    let is_recent = |at: u64| clock::span(now.saturating_sub(at)) < JUST_BEFORE;
    THREAD.with(|thread| {
        let last = thread.last.get();
        let (context, seen) = thread.context.get();
        let context = if is_recent(seen) { context } else { 0 };
        (last.id != 0 && is_recent(last.until)).then_some((last, context))
    })
}

/// Whether nothing tracked ran on this thread since then.
pub(crate) fn is_quiet_since(then: u64) -> bool {
    THREAD.with(|thread| thread.last.get().until < then)
}
