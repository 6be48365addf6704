//! Code of the user's that runs where its caller did not ask for it: the error sink, and what the engine drops.
//!
//! Panics of such code are contained, and its traces on this thread are removed: stores that were entered, contexts
//! that were not left, a default trigger.

use std::{
    any::Any,
    mem::needs_drop,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::callback::Aside;
use crate::{
    frame::{Frame, hold},
    report::{
        delivery::{self, report_with},
        errors::{DropPanic, EngineError},
    },
};

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

/// Runs `f` and undoes what it leaves behind. `Err` if it panicked.
pub(crate) fn aside<R>(f: impl FnOnce() -> R) -> Result<R, Payload> {
    let context = Aside::begin();
    let result = hold(|held| {
        let result = catch_unwind(AssertUnwindSafe(f));
        while let Some(entered) = held.restore() {
            drop_entered(entered); // may enter something in turn
        }
        result
    });
    context.end();
    result
}

#[cold]
fn drop_entered(frame: Frame) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(frame))) {
        report_drop(payload);
    }
}

/// Drops the payload of a panic, whose own drop may panic with another one; the last one is leaked.
#[cold]
pub(crate) fn discard(payload: Payload) {
    if let Err(next) = aside(|| drop(payload)) {
        std::mem::forget(next);
    }
}

/// Drops a value of the user's where a panic must not reach the caller.
pub(crate) fn drop_contained<T>(value: T) {
    if !needs_drop::<T>() {
        return;
    }
    if let Err(payload) = aside(|| drop(value)) {
        report_drop(payload);
    }
}

#[cold]
fn report_drop(payload: Payload) {
    report_with(Box::new(move |sink| {
        sink(&EngineError::DropPanicked(DropPanic { payload: &*payload }));
        discard(payload);
    }));
}

/// Sets the sink that receives [`EngineError`]s, for the whole process.
///
/// Until then they are written to standard error. The sink is called on the thread where the error arose, under no lock
/// of ours; what arises in callbacks of hooks is delivered after the last callback of the event, in order. A panic in the
/// sink is swallowed, and what the sink leaves behind is undone when it returns, as after a callback: stores that it
/// entered, contexts that it did not leave. A former sink is dropped in the same way.
///
/// An error that the sink itself causes is delivered to it after it returned. A sink that keeps causing errors is not
/// called for them any more: they are written to standard error.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// async_hooks::set_error_sink(|error| eprintln!("async hooks: {error}"));
/// ```
pub fn set_error_sink(sink: impl Fn(&EngineError<'_>) + Send + Sync + 'static) {
    let sink = UserSink(Some(sink));
    delivery::set_sink(Arc::new(move |error| sink.receive(error)));
}

/// The sink of a user. `Some` until it is dropped.
struct UserSink<F>(Option<F>);

impl<F: Fn(&EngineError<'_>)> UserSink<F> {
    fn receive(&self, error: &EngineError<'_>) {
        let Some(sink) = &self.0 else { return };
        if let Err(payload) = aside(|| sink(error)) {
            discard(payload);
        }
    }
}

impl<F> Drop for UserSink<F> {
    fn drop(&mut self) {
        drop_contained(self.0.take());
    }
}
