//! Rule 5.6: `disable` ends every entry created before it, everywhere and for good.

use std::{pin::pin, sync::mpsc};

use async_hooks::{AsyncLocalStorage, AsyncResource, Env, Inherit, prelude::*};

use crate::support::{Live, Storage, poll_pending, poll_ready, yield_now};

use super::test;

const fn with_default() -> Storage {
    AsyncLocalStorage::builder().default(|| 0).build()
}

#[test]
fn disable_ends_a_store_that_was_entered() {
    static A: Storage = Storage::new();
    A.enter_with(1);
    A.disable();
    assert_eq!(A.get(), None);
}

#[test]
fn disable_ends_the_stores_of_the_runs_and_guards_in_progress() {
    static A: Storage = Storage::new();
    A.run(1, || {
        let _guard = A.with_scope(2);
        A.run(3, || {
            A.disable();
            assert_eq!(A.get(), None);
        });
        assert_eq!(A.get(), None);
    });
}

#[test]
fn disable_ends_what_was_captured() {
    static A: Storage = Storage::new();
    let (snapshot, resource, bound) = A.run(1, || {
        let bound = async_hooks::bind!(move || A.get());
        (async_hooks::snapshot(), AsyncResource::new("R"), bound)
    });
    A.disable();
    assert_eq!(snapshot.run(|| A.get()), None);
    assert_eq!(resource.run_in_async_scope(|| A.get()), None);
    assert_eq!(bound(), None);
}

#[test]
fn disable_ends_the_store_of_a_suspended_future() {
    static A: Storage = Storage::new();
    let mut scoped = pin!(A.scope(1, async {
        yield_now().await;
        A.get()
    }));
    poll_pending(scoped.as_mut());
    A.disable();
    assert_eq!(poll_ready(scoped), None);
}

#[test]
fn disable_ends_the_store_of_a_future_that_was_not_polled() {
    static A: Storage = Storage::new();
    let scoped = pin!(A.scope(1, async { A.get() }));
    A.disable();
    assert_eq!(poll_ready(scoped), None);
}

#[test]
fn disable_ends_the_stores_of_other_threads() {
    static A: Storage = Storage::new();
    let (entered, is_entered) = mpsc::channel();
    let (disabled, is_disabled) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        A.enter_with(1);
        entered.send(A.get()).unwrap();
        is_disabled.recv().unwrap();
        A.get()
    });
    assert_eq!(is_entered.recv().unwrap(), Some(1));
    A.disable();
    disabled.send(()).unwrap();
    assert_eq!(thread.join().unwrap(), None);
}

#[test]
fn disable_ends_an_exit() {
    static A: Storage = with_default();
    A.exit(|| {
        assert_eq!(A.get(), None);
        A.disable();
        assert_eq!(A.get(), Some(0));
    });
}

#[test]
fn disable_ends_the_stores_of_a_storage_that_is_not_inherited() {
    static N: Storage = AsyncLocalStorage::builder().inherit(Inherit::Never).build();
    N.run(1, || {
        N.disable();
        assert_eq!(N.get(), None);
        assert_eq!(N.run(2, || N.get()), Some(2));
    });
}

#[test]
fn disable_leaves_other_storages_alone() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    A.run(1, || {
        B.run(2, || {
            A.disable();
            assert_eq!((A.get(), B.get()), (None, Some(2)));
        });
    });
}

#[test]
fn disable_of_a_storage_that_was_never_used_changes_nothing() {
    static A: Storage = with_default();
    A.disable();
    assert_eq!(A.get(), Some(0));
    assert_eq!(A.run(1, || A.get()), Some(1));
}

// The default shows until the next `run` or `enter_with`.

#[test]
fn the_default_shows_after_disable_until_something_is_entered() {
    static A: Storage = with_default();
    A.enter_with(1);
    A.disable();
    assert_eq!(A.get(), Some(0));
    assert_eq!(A.run(2, || A.get()), Some(2));
    assert_eq!(A.get(), Some(0));
    A.enter_with(3);
    assert_eq!(A.get(), Some(3));
}

#[test]
fn a_run_in_progress_may_enter_again_and_puts_back_unset() {
    static A: Storage = with_default();
    A.run(1, || {
        A.disable();
        A.enter_with(2);
        assert_eq!(A.get(), Some(2));
    });
    assert_eq!(A.get(), Some(0));
}

#[test]
fn a_suspended_future_may_enter_again_and_keeps_that() {
    static A: Storage = Storage::new();
    let mut scoped = pin!(A.scope(1, async {
        yield_now().await;
        A.enter_with(2);
        yield_now().await;
        A.get()
    }));
    poll_pending(scoped.as_mut());
    A.disable();
    poll_pending(scoped.as_mut());
    assert_eq!(poll_ready(scoped), Some(2));
}

// Nothing resurrects.

#[test]
fn a_later_use_resurrects_nothing_that_was_captured_before() {
    static A: Storage = Storage::new();
    let snapshot = A.run(1, async_hooks::snapshot);
    A.disable();
    A.run(2, || {
        assert_eq!(snapshot.run(|| A.get()), None);
        assert_eq!(A.get(), Some(2));
    });
}

#[test]
fn the_end_of_an_inner_run_resurrects_no_outer_store() {
    static A: Storage = Storage::new();
    A.run(1, || {
        A.run(2, || A.disable());
        assert_eq!(A.get(), None);
        A.run(3, || assert_eq!(A.get(), Some(3)));
        assert_eq!(A.get(), None);
    });
    assert_eq!(A.get(), None);
}

#[test]
fn a_guard_dropped_later_resurrects_no_older_store() {
    static A: Storage = Storage::new();
    A.enter_with(1);
    let guard = A.with_scope(2);
    A.disable();
    drop(guard);
    assert_eq!(A.get(), None);
}

#[test]
fn a_second_disable_resurrects_nothing() {
    static A: Storage = Storage::new();
    let first = A.run(1, async_hooks::snapshot);
    A.disable();
    let second = A.run(2, async_hooks::snapshot);
    A.disable();
    A.enter_with(3);
    assert_eq!(first.run(|| A.get()), None);
    assert_eq!(second.run(|| A.get()), None);
    assert_eq!(A.get(), Some(3));
}

#[test]
fn disable_and_enter_with_in_turn_do_not_grow_the_frame() {
    type Counted = AsyncLocalStorage<crate::support::Counted>;
    static A: Counted = Counted::new();
    static B: Counted = Counted::new();
    let live = Live::default();
    for number in 0..100_000 {
        A.enter_with(live.value(number));
        B.enter_with(live.value(number));
        A.disable();
        B.disable();
        let _snapshot = async_hooks::snapshot();
        assert!(live.count() <= 2, "{} stores live", live.count());
    }
}

#[test]
fn disable_and_enter_with_inside_run_do_not_grow_the_frame() {
    type Counted = AsyncLocalStorage<crate::support::Counted>;
    static A: Counted = Counted::new();
    static B: Counted = Counted::new();
    let live = Live::default();
    A.run(live.value(0), || {
        B.run(live.value(0), || {
            for number in 0..100_000 {
                A.disable();
                A.enter_with(live.value(number));
                B.disable();
                B.enter_with(live.value(number));
                assert!(live.count() <= 4, "{} stores live", live.count());
            }
        });
    });
    assert_eq!(live.count(), 0);
}

// Storages are no part of environments.

#[test]
fn disable_reaches_into_environments_and_out_of_them() {
    static A: Storage = Storage::new();
    let env = Env::new();
    let inside = env.run(|| A.run(1, async_hooks::snapshot));
    A.disable();
    assert_eq!(inside.run(|| A.get()), None);
    let outside = A.run(2, async_hooks::snapshot);
    env.run(|| A.disable());
    assert_eq!(outside.run(|| A.get()), None);
}

#[test]
fn a_storage_is_the_same_one_in_every_environment() {
    static A: Storage = with_default();
    A.enter_with(1);
    Env::new().run(|| {
        assert_eq!(A.get(), Some(0), "an environment begins with no stores");
        A.enter_with(2);
        let look = async { A.get() }.in_current_context();
        assert_eq!(crate::support::block_on(look), Some(2));
    });
    assert_eq!(A.get(), Some(1));
}
