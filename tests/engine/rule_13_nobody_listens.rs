//! Rule 13: with no hook enabled. What it costs is in `tests/no_allocation.rs` and `tests/sizes.rs`.

use std::{pin::pin, task::Poll};

use ah_testing::test;
use async_hooks::{AsyncResource, prelude::*};

use crate::support::{Log, OnDrop, STORE, here, in_quiet_env, poll, yield_once};

#[test]
fn a_traced_future_takes_no_id() {
    in_quiet_env(|| {
        let mut future = pin!(yield_once().traced("F"));
        assert!(poll(future.as_mut()).is_pending());
        assert_eq!(future.async_id(), None);
        assert!(poll(future.as_mut()).is_ready());
        assert_eq!(AsyncResource::new("A").async_id(), 2, "no id was used up");
    });
}

#[test]
fn a_traced_future_without_an_id_runs_with_its_stores_and_the_ids_around_it() {
    in_quiet_env(|| {
        let resource = AsyncResource::new("A");
        let mut future =
            pin!(STORE.run::<_, async_hooks::Value>(7, || async { here() }.traced("F")));
        let seen = resource.run_in_async_scope(|| poll(future.as_mut()));
        assert_eq!(seen, Poll::Ready("in 2<1, store 7".to_string()));
    });
}

#[test]
fn a_traced_future_without_an_id_is_dropped_with_its_stores_and_the_ids_around_it() {
    in_quiet_env(|| {
        let log = Log::new();
        let resource = AsyncResource::new("A");
        let held = OnDrop(|| log.note(here()));
        let future = STORE.run::<_, async_hooks::Value>(7, || async { drop(held) }.traced("F"));
        resource.run_in_async_scope(|| drop(future));
        assert_eq!(log.take(), ["in 2<1, store 7"]);
    });
}

#[test]
fn a_traced_future_without_an_id_is_dropped_in_silence_though_a_hook_came() {
    in_quiet_env(|| {
        let future = yield_once().traced("F");
        let log = Log::start();
        drop(future);
        assert!(log.take().is_empty());
    });
}
