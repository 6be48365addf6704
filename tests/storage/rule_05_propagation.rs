//! Rule 5.5: what a new resource gets, and the storages whose stores are not inherited.

#![expect(
    clippy::redundant_async_block,
    reason = "whether the block stands there is what is tested"
)]

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Mutex},
};

use ah_testing::CheckedEnv;
use async_hooks::{AsyncLocalStorage, AsyncResource, Hooks, Inherit, Propagating, prelude::*};
use futures::{
    executor::LocalPool,
    future::{join, select},
    task::LocalSpawnExt,
};

use crate::support::{
    Storage, block_on, current_thread, multi_thread, on_tokio, poll_pending, poll_ready, yield_now,
};

use super::test;

const fn never() -> Storage {
    AsyncLocalStorage::builder().inherit(Inherit::Never).build()
}

const fn never_with_default() -> Storage {
    AsyncLocalStorage::builder()
        .inherit(Inherit::Never)
        .default(|| 0)
        .build()
}

// Propagation is the first step of init.

/// Runs `body` where `init` is called for each new resource.
fn with_init_hook(init: impl Fn() + Send + Sync + 'static, body: impl FnOnce()) {
    CheckedEnv::new().run(|| {
        let hook = async_hooks::create_hook(Hooks::builder().init(move |_| init()).build());
        hook.enable();
        body();
        hook.disable();
    });
}

#[test]
fn a_new_resource_gets_its_creators_stores() {
    static A: Storage = Storage::new();
    let resource = A.run(1, || AsyncResource::new("R"));
    assert_eq!(
        A.run(2, || resource.run_in_async_scope(|| A.get())),
        Some(1)
    );
}

#[test]
fn a_new_resource_gets_the_stores_of_all_storages() {
    let storages: Vec<_> = (0..100).map(|_| Storage::new()).collect();
    for (storage, store) in storages.iter().zip(0..) {
        storage.enter_with(store);
    }
    let resource = AsyncResource::new("R");
    let seen = async_hooks::detached(|| {
        resource.run_in_async_scope(|| storages.iter().map(|s| s.get()).collect::<Vec<_>>())
    });
    assert_eq!(seen, (0..100).map(Some).collect::<Vec<_>>());
}

#[test]
fn a_new_resource_has_its_stores_before_any_init_callback_can_enter_others() {
    static A: Storage = Storage::new();
    with_init_hook(
        || A.enter_with(9),
        || {
            let resource = A.run(1, || AsyncResource::new("R"));
            assert_eq!(resource.run_in_async_scope(|| A.get()), Some(1));
            let callback = A.run(2, || async_hooks::bind!(move || A.get()));
            assert_eq!(callback(), Some(2));
            let future = A.run::<_, async_hooks::Value>(3, || async { A.get() }.traced("F"));
            assert_eq!(block_on(future), Some(3));
        },
    );
}

#[test]
fn an_init_callback_sees_the_creators_stores() {
    static A: Storage = Storage::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = seen.clone();
    with_init_hook(
        move || note.lock().unwrap().push(A.get()),
        || drop(A.run(1, || AsyncResource::new("R"))),
    );
    assert_eq!(*seen.lock().unwrap(), [Some(1)]);
}

#[test]
fn what_the_creator_enters_later_is_not_the_resources() {
    static A: Storage = Storage::new();
    A.enter_with(1);
    let resource = AsyncResource::new("R");
    A.enter_with(2);
    assert_eq!(resource.run_in_async_scope(|| A.get()), Some(1));
}

// The policy `Always` is the default.

#[test]
fn stores_are_inherited_by_default_and_with_the_policy_always() {
    static BY_DEFAULT: Storage = Storage::new();
    static ALWAYS: Storage = AsyncLocalStorage::builder()
        .inherit(Inherit::Always)
        .build();
    assert_eq!(Inherit::default(), Inherit::Always);
    BY_DEFAULT.enter_with(1);
    ALWAYS.enter_with(2);
    let thread = async_hooks::thread::spawn(|| (BY_DEFAULT.get(), ALWAYS.get()));
    assert_eq!(thread.join().unwrap(), (Some(1), Some(2)));
}

// Where a `Never` store shows.

#[test]
fn a_never_store_shows_where_it_is_set() {
    static N: Storage = never();
    assert_eq!(N.run(1, || N.get()), Some(1));
    N.enter_with(2);
    assert_eq!(N.get(), Some(2));
    let guard = N.with_scope(3);
    assert_eq!(N.get(), Some(3));
    drop(guard);
    assert_eq!(N.get(), Some(2));
}

#[test]
fn a_never_store_shows_in_an_inline_await() {
    static N: Storage = never();
    let look = || async {
        yield_now().await;
        N.get()
    };
    let seen = block_on(N.scope(1, async move {
        let plain = look().await;
        let traced = look().traced("F").await;
        let carried = look().in_current_context().await;
        (plain, traced, carried)
    }));
    assert_eq!(seen, (Some(1), Some(1), Some(1)));
}

#[test]
fn a_never_store_shows_in_an_inline_await_within_an_inline_await() {
    static N: Storage = never();
    let inner = async {
        yield_now().await;
        N.get()
    };
    let outer = async { inner.traced("INNER").await };
    let seen = block_on(N.scope(1, async { outer.traced("OUTER").await }));
    assert_eq!(seen, Some(1));
}

#[test]
fn a_never_store_shows_in_a_branch_of_a_join() {
    static N: Storage = never();
    let look = || async {
        yield_now().await;
        N.get()
    };
    let both = async move { join(look().traced("LEFT"), look().in_current_context()).await };
    assert_eq!(block_on(N.scope(1, both)), (Some(1), Some(1)));
}

#[test]
fn a_never_store_shows_in_a_closure_called_within() {
    static N: Storage = never();
    let (bound, resource, snapshot) = N.run(1, || {
        let bound = async_hooks::bind!(move || N.get());
        let resource = AsyncResource::new("R");
        let snapshot = async_hooks::snapshot();
        assert_eq!(bound(), Some(1));
        assert_eq!(resource.run_in_async_scope(|| N.get()), Some(1));
        assert_eq!(snapshot.run(|| N.get()), Some(1));
        (bound, resource, snapshot)
    });
    assert_eq!(bound(), None, "later");
    assert_eq!(resource.run_in_async_scope(|| N.get()), None, "later");
    assert_eq!(snapshot.run(|| N.get()), None, "later");
}

// Where it does not.

#[test]
fn a_never_store_does_not_show_in_a_spawned_tokio_task() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    on_tokio(|| async {
        let look = async {
            let first = (N.get(), A.get());
            yield_now().await;
            [first, (N.get(), A.get())]
        };
        let spawn = || tokio::spawn(look.in_current_context());
        let task = A.run::<_, async_hooks::Value>(2, || N.run::<_, async_hooks::Value>(1, spawn));
        assert_eq!(task.await.unwrap(), [(None, Some(2)); 2]);
    });
}

#[test]
fn a_never_store_does_not_show_in_a_spawned_traced_future() {
    static N: Storage = never();
    on_tokio(|| async {
        let look = async { N.get() };
        let task = N.run::<_, async_hooks::Value>(1, || tokio::spawn(look.traced("F")));
        assert_eq!(task.await.unwrap(), None);
    });
}

/// Spawns a look from within `N.run` on a pool that propagates, and runs the pool by `run`.
fn seen_by_a_propagated_task(
    n: &'static Storage,
    run: impl FnOnce(&mut dyn FnMut()),
) -> Option<Option<u32>> {
    let seen = Arc::new(Mutex::new(None));
    let note = seen.clone();
    let mut pool = LocalPool::new();
    let spawner = Propagating::new(pool.spawner());
    let look = async move {
        yield_now().await;
        *note.lock().unwrap() = Some(n.get());
    };
    n.run(1, || {
        spawner.spawn_local(look).unwrap();
        run(&mut || pool.run());
    });
    pool.run();
    *seen.lock().unwrap()
}

#[test]
fn a_never_store_does_not_show_in_a_task_of_a_propagating_pool() {
    static N: Storage = never();
    assert_eq!(seen_by_a_propagated_task(&N, |_| ()), Some(None));
}

#[test]
fn a_never_store_does_not_show_in_a_spawned_task_though_its_pool_runs_within_the_same_run() {
    static N: Storage = never();
    assert_eq!(
        seen_by_a_propagated_task(&N, |run_pool| run_pool()),
        Some(None)
    );
}

#[test]
fn a_never_store_does_not_show_in_another_thread() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    let thread = A.run(2, || {
        N.run(1, || async_hooks::thread::spawn(|| (N.get(), A.get())))
    });
    assert_eq!(thread.join().unwrap(), (None, Some(2)));
}

#[test]
fn a_never_store_does_not_show_in_a_scoped_thread_though_its_spawner_waits() {
    static N: Storage = never();
    let seen = N.run(1, || {
        async_hooks::thread::scope(|scope| scope.spawn(|| N.get()).join().unwrap())
    });
    assert_eq!(seen, None);
}

#[test]
fn a_never_store_does_not_show_in_a_later_callback() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    let callback = A.run(2, || {
        N.run(1, || {
            async_hooks::bind!(move |add: u32| (N.get(), A.get().unwrap() + add))
        })
    });
    assert_eq!(callback(3), (None, 5));
}

#[test]
fn a_never_store_does_not_show_in_a_bound_closure_called_on_another_thread() {
    static N: Storage = never();
    let seen = N.run(1, || {
        let callback = async_hooks::bind!(move || N.get());
        std::thread::scope(|scope| scope.spawn(callback).join().unwrap())
    });
    assert_eq!(seen, None);
}

#[test]
fn a_never_store_does_not_show_under_a_snapshot_later() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    let snapshot = A.run(2, || N.run(1, async_hooks::snapshot));
    assert_eq!(snapshot.run(|| (N.get(), A.get())), (None, Some(2)));
    let scoped = snapshot.scope(async { (N.get(), A.get()) });
    assert_eq!(block_on(scoped), (None, Some(2)));
}

#[test]
fn a_never_store_does_not_show_in_a_stored_resource_later() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    let resource = A.run(2, || N.run(1, || AsyncResource::new("R")));
    let look = || (N.get(), A.get());
    assert_eq!(resource.run_in_async_scope(look), (None, Some(2)));
    assert_eq!(block_on(resource.scope(async { look() })), (None, Some(2)));
}

#[test]
fn the_default_shows_where_a_never_store_does_not() {
    static N: Storage = never_with_default();
    let snapshot = N.run(1, async_hooks::snapshot);
    assert_eq!(snapshot.run(|| N.get()), Some(0));
}

#[test]
fn an_exit_of_a_never_storage_is_not_inherited() {
    static N: Storage = never_with_default();
    let snapshot = N.exit(|| {
        assert_eq!(N.get(), None);
        async_hooks::snapshot()
    });
    assert_eq!(snapshot.run(|| N.get()), Some(0));
}

// It must be that same entry.

#[test]
fn a_never_store_does_not_show_where_the_same_storage_has_another_store() {
    static N: Storage = never();
    let snapshot = N.run(1, async_hooks::snapshot);
    assert_eq!(N.run(2, || snapshot.run(|| N.get())), None);
}

#[test]
fn a_never_store_does_not_show_where_an_equal_store_was_set_by_another_run() {
    static N: Storage = never();
    let snapshot = N.run(1, async_hooks::snapshot);
    assert_eq!(N.run(1, || snapshot.run(|| N.get())), None);
}

#[test]
fn a_never_store_does_not_show_where_it_was_entered_over() {
    static N: Storage = never();
    N.run(1, || {
        let snapshot = async_hooks::snapshot();
        N.enter_with(2);
        assert_eq!(snapshot.run(|| N.get()), None);
    });
}

#[test]
fn a_never_store_shows_in_a_snapshot_though_it_is_hidden_where_that_is_entered() {
    static N: Storage = never();
    N.run(1, || {
        let snapshot = async_hooks::snapshot();
        assert_eq!(N.run(2, || snapshot.run(|| N.get())), Some(1));
        assert_eq!(snapshot.run(|| N.get()), Some(1));
    });
}

#[test]
fn a_never_store_stays_with_a_future_that_began_inline() {
    static N: Storage = never();
    let looks = async {
        let mut seen = vec![N.get()];
        for _ in 0..2 {
            yield_now().await;
            seen.push(N.get());
        }
        seen
    };
    let seen = N.run(1, || {
        let mut carried = pin!(looks.in_current_context());
        poll_pending(carried.as_mut());
        async_hooks::detached(|| poll_pending(carried.as_mut()));
        poll_ready(carried)
    });
    assert_eq!(seen, [Some(1); 3]);
}

#[test]
fn a_never_store_hidden_in_one_place_is_hidden_in_what_is_captured_there() {
    static N: Storage = never();
    let snapshot = N.run(1, async_hooks::snapshot);
    let inner = snapshot.run(|| {
        let inner = async_hooks::snapshot();
        assert_eq!(inner.run(|| N.get()), None);
        inner
    });
    assert_eq!(inner.run(|| N.get()), None);
}

#[test]
fn a_frame_that_is_left_shows_none_of_its_never_stores() {
    static N: Storage = never();
    static M: Storage = never();
    N.run(1, || {
        let snapshot = M.run(2, async_hooks::snapshot);
        assert_eq!(snapshot.run(|| (N.get(), M.get())), (None, None));
    });
}

#[test]
fn a_store_below_a_hidden_one_does_not_come_through() {
    static N: Storage = never();
    let snapshot = N.run(1, || N.run(2, async_hooks::snapshot));
    assert_eq!(snapshot.run(|| N.get()), None);
    N.run(3, || {
        let snapshot = N.run(4, async_hooks::snapshot);
        assert_eq!(snapshot.run(|| N.get()), None, "its entry is 4, not 3");
    });
}

// What is set inside the spawned work itself shows there.

/// What the storage gives in three polls.
async fn looks(n: &'static Storage) -> [Option<u32>; 3] {
    let first = n.get();
    yield_now().await;
    let second = n.get();
    yield_now().await;
    [first, second, n.get()]
}

fn shows_at_every_poll<F>(future: impl Fn() -> F)
where
    F: Future<Output = [Option<u32>; 3]> + Send + 'static,
{
    let expected = [Some(1); 3];
    for runtime in [current_thread(), multi_thread(4)] {
        let task = runtime.spawn(future());
        assert_eq!(runtime.block_on(task).unwrap(), expected);
    }
    let mut pool = LocalPool::new();
    let spawner = Propagating::new(pool.spawner());
    let task = spawner.spawn_local_with_handle(future()).unwrap();
    assert_eq!(pool.run_until(task), expected);
}

#[test]
fn a_never_store_set_by_scope_on_the_spawned_future_shows_inside_at_every_poll() {
    static N: Storage = never();
    shows_at_every_poll(|| N.scope(1, looks(&N)));
}

#[test]
fn a_never_store_set_by_scope_on_a_spawned_traced_future_shows_inside_at_every_poll() {
    static N: Storage = never();
    shows_at_every_poll(|| N.scope(1, looks(&N).traced("F")));
}

#[test]
fn a_never_store_set_by_scope_replaces_one_of_the_spawner_at_every_poll() {
    static N: Storage = never();
    shows_at_every_poll(|| N.run::<_, async_hooks::Value>(9, || N.scope(1, looks(&N))));
}

#[test]
fn a_never_store_entered_in_a_spawned_future_shows_at_every_later_poll() {
    static N: Storage = never();
    let enter = || async {
        N.enter_with(1);
        looks(&N).await
    };
    shows_at_every_poll(|| N.run::<_, async_hooks::Value>(9, || enter().in_current_context()));
}

#[test]
fn a_never_store_set_by_scope_shows_in_what_the_spawned_future_awaits() {
    static N: Storage = never();
    shows_at_every_poll(|| N.scope(1, async { looks(&N).traced("INNER").await }));
}

#[test]
fn a_never_store_set_by_scope_is_not_inherited_by_what_the_spawned_future_spawns() {
    static N: Storage = never();
    on_tokio(|| async {
        let outer = N.scope(1, async {
            let inner = tokio::spawn(async { N.get() }.in_current_context());
            let inner = inner.await.unwrap();
            (inner, N.get())
        });
        assert_eq!(tokio::spawn(outer).await.unwrap(), (None, Some(1)));
    });
}

#[test]
fn a_never_store_shows_while_the_loser_of_a_select_is_dropped_within() {
    struct Look(&'static Storage, Arc<Mutex<Vec<Option<u32>>>>);
    impl Drop for Look {
        fn drop(&mut self) {
            self.1.lock().unwrap().push(self.0.get());
        }
    }
    static N: Storage = never();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let look = Look(&N, seen.clone());
    block_on(N.scope(1, async {
        let loser = async move {
            let _look = look;
            std::future::pending::<()>().await;
        };
        let winner = yield_now();
        drop(select(Box::pin(loser.traced("LOSER")), Box::pin(winner)).await);
    }));
    assert_eq!(*seen.lock().unwrap(), [Some(1)]);
}

#[test]
fn a_never_store_does_not_show_while_a_future_is_dropped_elsewhere() {
    struct Look(&'static Storage, Arc<Mutex<Vec<Option<u32>>>>);
    impl Drop for Look {
        fn drop(&mut self) {
            self.1.lock().unwrap().push(self.0.get());
        }
    }
    static N: Storage = never();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let carried = || {
        let look = Look(&N, seen.clone());
        let holds = async move {
            let _look = look;
            std::future::pending::<()>().await;
        };
        N.run::<_, async_hooks::Value>(1, || Box::pin(holds.in_current_context()))
    };
    let mut polled = carried();
    poll_pending(polled.as_mut());
    drop(polled);
    drop(carried());
    assert_eq!(
        *seen.lock().unwrap(),
        [None, None],
        "after a poll, and without one"
    );
}

// The rule of captures is the same where a `Never` store was current.

#[test]
fn a_scope_applies_to_its_argument_in_a_task_spawned_under_a_never_store() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    on_tokio(|| async {
        let task = async { A.scope(1, async { A.get() }.traced("F")).await };
        let spawn = || tokio::spawn(task.in_current_context());
        let task = N.run::<_, async_hooks::Value>(9, spawn);
        assert_eq!(task.await.unwrap(), Some(1));
    });
}

#[test]
fn a_run_around_the_first_poll_applies_in_a_scope_captured_under_a_never_store() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    let resource = N.run(9, || AsyncResource::new("R"));
    let seen = resource.run_in_async_scope(|| {
        let future = pin!(async { A.get() }.traced("F"));
        A.run(1, || poll_ready(future))
    });
    assert_eq!(seen, Some(1));
}

#[test]
fn a_scope_applies_to_its_argument_under_a_never_store() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let look = || async { (A.get(), B.get(), N.get()) }.traced("F");
    let seen = block_on(N.scope(9, async {
        let nested = A.scope(1, B.scope(2, look())).await;
        let made = look();
        let later = A.scope(3, async { made.await }).await;
        (nested, later)
    }));
    assert_eq!(seen.0, (Some(1), Some(2), Some(9)));
    assert_eq!(seen.1, (Some(3), None, Some(9)));
}

#[test]
fn a_scope_applies_to_an_awaited_future_within_an_awaited_future_under_a_never_store() {
    static N: Storage = never();
    static A: Storage = Storage::new();
    let outer = async { A.scope(1, async { (A.get(), N.get()) }.traced("F")).await };
    let seen = block_on(N.scope(9, async { outer.traced("OUTER").await }));
    assert_eq!(seen, (Some(1), Some(9)));
}
