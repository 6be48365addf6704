//! Wakers that report to the probe whoever used them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Wake, Waker},
};

use crate::{
    context::current::current,
    frame::RootId,
    id::AsyncId,
    identity::Identity,
    probe::{self, Subject, Wants},
};

/// What a task has for as long as its wakes are watched: the waker that it gives on, and what is behind it.
pub(crate) struct Watch {
    shared: Arc<Shared>,
    waker: Waker,
}

struct Shared {
    subject: Subject,
    /// Since its last poll.
    is_woken: AtomicBool,
    waker: Waker,
}

/// Whether wakes are watched at all.
#[inline]
pub(crate) fn are_watched() -> bool {
    probe::wants(Wants::WAKES)
}

/// The waker for a poll that is about to begin: the one of the poll before, if its executor still gives the same.
#[inline(never)]
pub(crate) fn watch<'a>(
    kept: &'a mut Option<Box<Watch>>,
    subject: &Identity,
    waker: &Waker,
) -> &'a Waker {
    let known = kept
        .take()
        .filter(|kept| kept.shared.waker.will_wake(waker));
    let watch = known.unwrap_or_else(|| Watch::new(subject, waker));
    watch.shared.is_woken.store(false, Relaxed);
    &kept.insert(watch).waker
}

/// Reports that a task is ready.
#[cold]
#[inline(never)]
pub(crate) fn end(kept: &mut Option<Box<Watch>>) {
    if let Some(watch) = kept.take() {
        probe::send(|probe| probe.ended(watch.shared.subject));
    }
}

impl Watch {
    fn new(subject: &Identity, waker: &Waker) -> Box<Self> {
        let subject = Subject {
            id: subject.id(),
            environment: RootId::current().number(),
        };
        let shared = Arc::new(Shared {
            subject,
            is_woken: AtomicBool::new(false),
            waker: waker.clone(),
        });
        let waker = Waker::from(Arc::clone(&shared));
        Box::new(Self { shared, waker })
    }
}

impl Shared {
    fn report(&self) {
        // Relaxed: either of two wakes at the same moment may be the one that is reported
        if are_watched() && !self.is_woken.swap(true, Relaxed) {
            probe::send(|probe| probe.woken(self.subject, waker_of(self.subject)));
        }
    }
}

/// Who runs here, if that is of the same environment.
fn waker_of(subject: Subject) -> AsyncId {
    if RootId::current().number() == subject.environment {
        current().id()
    } else {
        AsyncId::NONE
    }
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.report();
        self.waker.wake_by_ref();
    }
}
