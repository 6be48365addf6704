//! Rule 5.10: work with no store at all.

use std::{
    panic::catch_unwind,
    pin::pin,
    sync::{OnceLock, mpsc},
};

use ah_testing::CheckedEnv;
use async_hooks::{AsyncLocalStorage, AsyncResource, Inherit, Propagating, Snapshot};
use futures::{executor::LocalPool, task::LocalSpawnExt};

use crate::support::{Live, Storage, block_on, poll_pending, poll_ready, yield_now};

use super::test;

#[test]
fn detached_runs_with_no_store_of_any_storage() {
    static A: Storage = Storage::new();
    static B: Storage = AsyncLocalStorage::builder().default(|| 7).build();
    static N: Storage = AsyncLocalStorage::builder().inherit(Inherit::Never).build();
    A.run(1, || {
        B.run(2, || {
            N.run(3, || {
                let seen = async_hooks::detached(|| (A.get(), B.get(), N.get()));
                assert_eq!(seen, (None, Some(7), None));
                assert_eq!((A.get(), B.get(), N.get()), (Some(1), Some(2), Some(3)));
            });
        });
    });
}

#[test]
fn detached_leaves_no_exit_current_either() {
    static A: Storage = AsyncLocalStorage::builder().default(|| 7).build();
    assert_eq!(A.exit(|| async_hooks::detached(|| A.get())), Some(7));
}

#[test]
fn detached_returns_what_the_closure_returned_and_restores_on_a_panic() {
    static A: Storage = Storage::new();
    assert_eq!(async_hooks::detached(|| "returned"), "returned");
    A.enter_with(1);
    assert!(catch_unwind(|| async_hooks::detached(|| panic!("as meant"))).is_err());
    assert_eq!(A.get(), Some(1));
}

#[test]
fn what_is_entered_under_detached_is_gone_afterwards() {
    static A: Storage = Storage::new();
    async_hooks::detached(|| A.enter_with(1));
    assert_eq!(A.get(), None);
}

#[test]
fn the_empty_snapshot_runs_closures_and_futures_with_no_store() {
    static A: Storage = Storage::new();
    let empty = Snapshot::empty();
    A.run(1, || {
        assert_eq!(empty.run(|| A.get()), None);
        let mut future = pin!(empty.scope(async {
            let first = A.get();
            yield_now().await;
            (first, A.get())
        }));
        poll_pending(future.as_mut());
        assert_eq!(poll_ready(future), (None, None));
        assert_eq!(A.get(), Some(1));
    });
}

#[test]
fn the_empty_snapshot_is_the_same_wherever_it_is_made() {
    static A: Storage = Storage::new();
    let made_under_a_store = A.run(1, Snapshot::empty);
    assert_eq!(made_under_a_store.run(|| A.get()), None);
}

#[test]
fn detached_and_the_empty_snapshot_stay_in_the_environment() {
    CheckedEnv::new().run(|| {
        let first = AsyncResource::new("R").async_id();
        let second = async_hooks::detached(|| AsyncResource::new("R").async_id());
        let third = Snapshot::empty().run(|| AsyncResource::new("R").async_id());
        assert_eq!([first, second, third].map(u64::from), [2, 3, 4]);
    });
}

#[test]
fn a_pool_built_lazily_under_detached_does_not_keep_the_first_requests_store() {
    static REQUEST: AsyncLocalStorage<crate::support::Counted> = AsyncLocalStorage::new();
    static POOL: OnceLock<(mpsc::Sender<()>, AsyncResource)> = OnceLock::new();
    let live = Live::default();
    REQUEST.run(live.value(1), || {
        POOL.get_or_init(|| {
            async_hooks::detached(|| {
                // the pool lives as long as the process
                ah_testing::exempt(2.into());
                ah_testing::exempt(3.into());
                let (jobs, queue) = mpsc::channel::<()>();
                async_hooks::thread::spawn(move || queue.into_iter().for_each(drop));
                (jobs, AsyncResource::new("POOL"))
            })
        });
    });
    assert_eq!(live.count(), 0, "the pool keeps the store alive");
}

#[test]
fn a_pool_built_lazily_without_detached_would_keep_the_store() {
    static REQUEST: AsyncLocalStorage<crate::support::Counted> = AsyncLocalStorage::new();
    let live = Live::default();
    let pool = REQUEST.run(live.value(1), || AsyncResource::new("POOL"));
    assert_eq!(live.count(), 1);
    drop(pool);
}

#[test]
fn a_task_spawned_under_detached_has_no_store() {
    static A: Storage = Storage::new();
    let mut pool = LocalPool::new();
    let spawner = Propagating::new(pool.spawner());
    let task = A.run::<_, async_hooks::Value>(1, || {
        async_hooks::detached::<_, async_hooks::Value>(|| {
            spawner.spawn_local_with_handle(async { A.get() }).unwrap()
        })
    });
    assert_eq!(pool.run_until(task), None);
}

#[test]
fn a_future_under_the_empty_snapshot_has_no_store_wherever_it_is_awaited() {
    static A: Storage = Storage::new();
    let seen = block_on(A.scope(1, async {
        let empty = Snapshot::empty().scope(async { A.get() });
        (empty.await, A.get())
    }));
    assert_eq!(seen, (None, Some(1)));
}
