//! What the tests share: a runtime, an environment, and short forms of what was delivered.

#![allow(dead_code, reason = "no test binary uses all of it")]

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

pub(crate) use ah_testing::Collector;
use async_hooks::{AsyncId, Phase};

/// Runs a test on a runtime of one thread, in an environment of its own, and checks the laws of what happened.
pub(crate) fn checked<R>(test: impl AsyncFnOnce(&Collector) -> R) -> R {
    runtime().block_on(ah_testing::checked_async(test))
}

/// As [`checked`], with a clock that moves only when all wait for it.
pub(crate) fn checked_and_paused<R>(test: impl AsyncFnOnce(&Collector) -> R) -> R {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build();
    runtime
        .expect("a runtime")
        .block_on(ah_testing::checked_async(test))
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
}

/// How often init, before, after and destroy of a resource were delivered.
pub(crate) fn counts(collector: &Collector, id: AsyncId) -> [usize; 4] {
    async_hooks::flush_destroys();
    [Phase::Init, Phase::Before, Phase::After, Phase::Destroy]
        .map(|phase| collector.count(phase, id))
}

/// The resources of this type, in order: id and trigger.
pub(crate) fn inits(collector: &Collector, ty: &str) -> Vec<(AsyncId, AsyncId)> {
    let events = collector.events();
    let inits = events
        .iter()
        .filter(|event| event.phase == Phase::Init && event.resource_type == Some(ty));
    inits
        .map(|event| (event.async_id, event.trigger_async_id.unwrap()))
        .collect()
}

/// Polls once, with a waker that does nothing.
pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}
