//! Rule 5.2: `run` and `exit`, `scope` and `exit_scope`, `enter_with`, and guards.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use ah_testing::CheckedEnv;
use async_hooks::{AsyncLocalStorage, AsyncResource, Hooks, prelude::*};

use crate::support::{Live, Storage, block_on, poll_pending, poll_ready, yield_now};

use super::test;

// `run` and `exit`, for closures.

#[test]
fn run_makes_a_store_current_and_returns_what_the_closure_returned() {
    static A: Storage = Storage::new();
    assert_eq!(A.run(1, || (A.get(), "returned")), (Some(1), "returned"));
    assert_eq!(A.get(), None);
}

#[test]
fn exit_takes_the_store_out_of_force_and_returns_what_the_closure_returned() {
    static A: Storage = Storage::new();
    A.run(1, || {
        assert_eq!(A.exit(|| (A.get(), "returned")), (None, "returned"));
        assert_eq!(A.get(), Some(1));
    });
}

#[test]
fn run_puts_back_its_own_storages_former_store() {
    static A: Storage = Storage::new();
    A.enter_with(1);
    A.run(2, || A.enter_with(3));
    assert_eq!(A.get(), Some(1));
}

#[test]
fn run_puts_back_that_its_own_storage_was_unset() {
    static A: Storage = Storage::new();
    A.run(1, || A.enter_with(2));
    assert_eq!(A.get(), None);
}

#[test]
fn exit_puts_back_its_own_storages_former_store() {
    static A: Storage = Storage::new();
    A.enter_with(1);
    A.exit(|| A.enter_with(2));
    assert_eq!(A.get(), Some(1));
}

#[test]
fn run_leaves_what_was_entered_for_other_storages() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    static C: Storage = Storage::new();
    B.enter_with(1);
    A.run(1, || {
        B.enter_with(2);
        C.enter_with(3);
    });
    assert_eq!((A.get(), B.get(), C.get()), (None, Some(2), Some(3)));
}

#[test]
fn exit_leaves_what_was_entered_for_other_storages() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    A.enter_with(1);
    A.exit(|| B.enter_with(2));
    assert_eq!((A.get(), B.get()), (Some(1), Some(2)));
}

#[test]
fn runs_of_two_storages_one_in_the_other_leave_only_what_others_entered() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    static C: Storage = Storage::new();
    A.run(1, || {
        B.run(2, || {
            A.enter_with(3);
            B.enter_with(4);
            C.enter_with(5);
        });
        assert_eq!((A.get(), B.get(), C.get()), (Some(3), None, Some(5)));
    });
    assert_eq!((A.get(), B.get(), C.get()), (None, None, Some(5)));
}

#[test]
fn run_and_exit_put_back_on_a_panic() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    A.enter_with(1);
    let panics = || -> () {
        B.enter_with(9);
        panic!("as meant")
    };
    assert!(catch_unwind(AssertUnwindSafe(|| A.run(2, panics))).is_err());
    assert_eq!((A.get(), B.get()), (Some(1), Some(9)));
    assert!(catch_unwind(AssertUnwindSafe(|| A.exit(panics))).is_err());
    assert_eq!((A.get(), B.get()), (Some(1), Some(9)));
}

// A guard.

#[test]
fn a_guard_keeps_its_store_current_until_it_is_dropped() {
    static A: Storage = Storage::new();
    A.enter_with(1);
    let guard = A.with_scope(2);
    assert_eq!(A.get(), Some(2));
    drop(guard);
    assert_eq!(A.get(), Some(1));
}

#[test]
fn a_guard_puts_back_its_own_storage_and_leaves_what_was_entered_for_others() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    A.enter_with(1);
    {
        let _guard = A.with_scope(2);
        A.enter_with(3);
        assert_eq!(A.get(), Some(3));
        B.enter_with(4);
    }
    assert_eq!((A.get(), B.get()), (Some(1), Some(4)));
}

#[test]
fn a_guard_puts_back_on_a_panic() {
    static A: Storage = Storage::new();
    let panics = || {
        let _guard = A.with_scope(2);
        panic!("as meant");
    };
    assert!(catch_unwind(panics).is_err());
    assert_eq!(A.get(), None);
}

// `scope` and `exit_scope`, for futures.

#[test]
fn scope_keeps_a_store_current_at_every_poll_and_nowhere_else() {
    static A: Storage = Storage::new();
    let mut scoped = pin!(A.scope(1, async {
        let first = A.get();
        yield_now().await;
        (first, A.get())
    }));
    poll_pending(scoped.as_mut());
    assert_eq!(A.get(), None);
    assert_eq!(poll_ready(scoped), (Some(1), Some(1)));
    assert_eq!(A.get(), None);
}

#[test]
fn exit_scope_keeps_a_storage_out_of_force_at_every_poll_and_nowhere_else() {
    static A: Storage = Storage::new();
    A.enter_with(1);
    let mut scoped = pin!(A.exit_scope(async {
        let first = A.get();
        yield_now().await;
        (first, A.get())
    }));
    poll_pending(scoped.as_mut());
    assert_eq!(A.get(), Some(1));
    assert_eq!(poll_ready(scoped), (None, None));
}

#[test]
fn scope_owns_a_whole_frame_so_what_is_entered_inside_stays_inside() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(async {
        let inside = A.scope(1, async {
            B.enter_with(2);
            yield_now().await;
            (A.get(), B.get())
        });
        (inside.await, (A.get(), B.get()))
    });
    assert_eq!(seen, ((Some(1), Some(2)), (None, None)));
}

#[test]
fn exit_scope_owns_a_whole_frame_so_what_is_entered_inside_stays_inside() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    B.enter_with(1);
    block_on(A.exit_scope(async { B.enter_with(2) }));
    assert_eq!(B.get(), Some(1));
}

#[test]
fn scope_leaves_on_a_panic() {
    static A: Storage = Storage::new();
    let panics = A.scope(1, async { panic!("as meant") });
    let poll = AssertUnwindSafe(|| block_on(panics));
    assert!(catch_unwind(poll).is_err());
    assert_eq!(A.get(), None);
}

#[test]
fn scope_and_exit_scope_borrow_nothing_of_the_storage() {
    fn made_with_a_storage_that_is_gone(live: &Live) -> impl Future<Output = usize> + 'static {
        let storage = AsyncLocalStorage::new();
        let live = live.clone();
        storage.scope(live.value(1), async move { live.count() })
    }
    fn left_with_a_storage_that_is_gone() -> impl Future<Output = u32> + 'static {
        Storage::new().exit_scope(async { 7 })
    }
    let live = Live::default();
    assert_eq!(block_on(made_with_a_storage_that_is_gone(&live)), 1);
    assert_eq!(live.count(), 0);
    assert_eq!(block_on(left_with_a_storage_that_is_gone()), 7);
}

// `enter_with`, for the rest of the present execution.

#[test]
fn enter_with_lasts_for_the_rest_of_the_thread() {
    static A: Storage = Storage::new();
    let thread = std::thread::spawn(|| {
        A.enter_with(1);
        A.get()
    });
    assert_eq!(thread.join().unwrap(), Some(1));
    assert_eq!(A.get(), None);
}

#[test]
fn enter_with_lasts_from_poll_to_poll_of_the_future() {
    static A: Storage = Storage::new();
    let mut traced = pin!(
        async {
            A.enter_with(1);
            yield_now().await;
            A.get()
        }
        .traced("F")
    );
    poll_pending(traced.as_mut());
    assert_eq!(A.get(), None);
    assert_eq!(poll_ready(traced), Some(1));
}

#[test]
fn enter_with_lasts_for_one_call_of_a_resources_scope() {
    static A: Storage = Storage::new();
    let resource = AsyncResource::new("R");
    resource.run_in_async_scope(|| {
        A.enter_with(1);
        assert_eq!(A.get(), Some(1));
    });
    assert_eq!(A.get(), None);
    assert_eq!(resource.run_in_async_scope(|| A.get()), None);
}

#[test]
fn enter_with_over_an_entered_store_replaces_it() {
    static A: Storage = Storage::new();
    A.enter_with(1);
    A.enter_with(2);
    assert_eq!(A.get(), Some(2));
}

// They create no resource and emit nothing.

/// Counts the events of all phases while `body` runs, in an environment of its own.
fn events(body: impl FnOnce()) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let counts = || {
        let count = count.clone();
        move || {
            count.fetch_add(1, SeqCst);
        }
    };
    let (init, before, after, resolve, destroy) =
        (counts(), counts(), counts(), counts(), counts());
    let hooks = Hooks::builder()
        .init(move |_| init())
        .before(move |_| before())
        .after(move |_| after())
        .promise_resolve(move |_| resolve())
        .destroy(move |_| destroy())
        .build();
    CheckedEnv::new().run(|| {
        let hook = async_hooks::create_hook(hooks);
        hook.enable();
        body();
        async_hooks::flush_destroys();
        hook.disable();
    });
    count.load(SeqCst)
}

#[test]
fn a_resource_is_heard_where_these_tests_listen() {
    let heard = events(|| AsyncResource::new("R").run_in_async_scope(|| ()));
    assert_eq!(heard, 4);
}

#[test]
fn run_exit_enter_with_and_guards_emit_nothing() {
    static A: Storage = Storage::new();
    let heard = events(|| {
        A.run(1, || A.exit(|| A.enter_with(2)));
        drop(A.with_scope(3));
    });
    assert_eq!(heard, 0);
}

#[test]
fn scope_and_exit_scope_emit_nothing() {
    static A: Storage = Storage::new();
    let heard = events(|| {
        block_on(A.scope(1, A.exit_scope(yield_now())));
    });
    assert_eq!(heard, 0);
}

#[test]
fn none_of_them_takes_an_id_or_changes_the_execution() {
    static A: Storage = Storage::new();
    CheckedEnv::new().run(|| {
        let first = AsyncResource::new("R").async_id();
        let execution = A.run(1, || A.exit(async_hooks::execution_async_id));
        assert_eq!(execution, async_hooks::execution_async_id());
        let in_scope =
            block_on(A.scope(1, A.exit_scope(async { async_hooks::execution_async_id() })));
        assert_eq!(in_scope, async_hooks::execution_async_id());
        drop(A.with_scope(2));
        A.enter_with(3);
        let second = AsyncResource::new("R").async_id();
        assert_eq!(u64::from(second), u64::from(first) + 1);
    });
}
