//! Reports on their way to the sink, in the order in which they arise, one at a time on each thread.
//!
//! 1. A report joins the queue of its thread.
//! 2. In an emission it waits there until the last callback of the outermost one has returned. Otherwise it is delivered
//!    at once.
//! 3. A report that arises while another one is delivered, in the sink itself for example, is delivered next. A sink that
//!    causes reports without end is not called for those: they are written to standard error.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::VecDeque,
    io::Write as _,
    mem::ManuallyDrop,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, RwLock},
};

use super::errors::{DropPanic, EngineError};
use crate::sync::thread_local;

/// Receives reports. It does not unwind, neither when it is called nor when it is dropped: see `contained.rs`.
pub(crate) type Sink = Arc<dyn Fn(&EngineError<'_>) + Send + Sync>;

/// A report with all that it owns, to be called with the sink.
pub(crate) type Report = Box<dyn FnOnce(&dyn Fn(&EngineError<'_>))>;

/// How many emissions a thread is in, and whether anything is in its queue: one number, since each emission looks at both.
#[derive(Clone, Copy, PartialEq)]
struct Emissions(u32);

impl Emissions {
    const WAITING: u32 = 1 << 31;

    const fn is_none(self) -> bool {
        self.0 & !Self::WAITING == 0
    }

    const fn waiting(self, waiting: bool) -> Self {
        let emissions = self.0 & !Self::WAITING;
        Self(if waiting {
            emissions | Self::WAITING
        } else {
            emissions
        })
    }
}

/// So many reports that arise while others are delivered go to the sink, too.
const MOST_CAUSED: usize = 64;

static SINK: RwLock<Option<Sink>> = RwLock::new(None);

// None with a `Drop`: something may be reported while the thread ends, too.
thread_local! {
    static EMISSIONS: Cell<Emissions> = const { Cell::new(Emissions(0)) };
    static DELIVERING: Cell<bool> = const { Cell::new(false) };
    static QUEUE: ManuallyDrop<RefCell<VecDeque<Report>>> = const {
        ManuallyDrop::new(RefCell::new(VecDeque::new()))
    };
}

pub(crate) fn set_sink(sink: Sink) {
    let old = SINK
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(sink);
    drop(old); // outside of the lock: it is the user's
}

/// Reports an error that owns nothing.
#[cold]
pub(crate) fn report(error: &'static EngineError<'static>) {
    report_with(Box::new(move |sink| sink(error)));
}

/// Reports an error with all that it owns.
#[cold]
pub(crate) fn report_with(report: Report) {
    QUEUE.with(|queue| queue.borrow_mut().push_back(report));
    EMISSIONS.set(EMISSIONS.get().waiting(true));
    if EMISSIONS.get().is_none() {
        deliver();
    }
}

/// Returns `true` if this thread is in an emission.
#[inline]
pub(crate) fn in_emission() -> bool {
    !EMISSIONS.get().is_none()
}

/// Begins an emission.
#[inline]
pub(crate) fn begin_emission() {
    EMISSIONS.set(Emissions(EMISSIONS.get().0 + 1));
}

/// Ends an emission.
#[inline]
pub(crate) fn end_emission() {
    EMISSIONS.set(Emissions(EMISSIONS.get().0 - 1));
}

/// Returns `true` if this thread is in one emission, and reports wait for its end.
#[inline]
pub(crate) fn are_due() -> bool {
    EMISSIONS.get() == Emissions(1 | Emissions::WAITING)
}

/// Delivers the reports that wait on this thread, unless that is in progress further down the stack.
#[cold]
#[inline(never)]
pub(crate) fn deliver() {
    if DELIVERING.replace(true) {
        return;
    }
    let mut most = QUEUE.with(|queue| queue.borrow().len()) + MOST_CAUSED;
    while let Some(report) = QUEUE.with(|queue| queue.borrow_mut().pop_front()) {
        let sink = if most == 0 { None } else { sink() };
        most = most.saturating_sub(1);
        report(&|error| match &sink {
            Some(sink) => sink(error),
            // not `eprintln!`, which panics when standard error is closed
            None => drop(writeln!(std::io::stderr(), "async_hooks: {error}")),
        });
    }
    QUEUE.with(|queue| drop(queue.take()));
    EMISSIONS.set(EMISSIONS.get().waiting(false));
    DELIVERING.set(false);
}

fn sink() -> Option<Sink> {
    SINK.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Drops a value of the user's while the thread ends, where a panic would abort the process. Nothing comes after it that what
/// it leaves behind could change.
pub(crate) fn drop_while_ending<T>(value: T) {
    let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) else {
        return;
    };
    report_with(Box::new(move |sink| {
        sink(&EngineError::DropPanicked(DropPanic { payload: &*payload }));
        forget_panic(payload);
    }));
}

/// Drops what a panic carried, whose own drop may panic with something else; that is leaked.
pub(crate) fn forget_panic(payload: Box<dyn Any + Send>) {
    if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(next);
    }
}
