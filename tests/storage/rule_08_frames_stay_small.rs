//! Rule 5.8: a frame holds one entry per storage and scope, and stores are dropped with the last frame that holds them.

use std::{future::Future, pin::pin, sync::Arc};

use async_hooks::{AsyncLocalStorage, AsyncResource, Inherit, Snapshot, Task, prelude::*};
use futures::FutureExt;

use crate::support::{
    Counted, Live, block_on, outlived_resource, outlived_snapshot, poll_pending, poll_ready,
    yield_now,
};

use super::test;

type Storage = AsyncLocalStorage<Counted>;

const MANY: usize = 100_000;
/// Of each storage: the current store, one that is lent to a read, and those that one or two snapshots hold.
const FEW: usize = 8;

/// What surrounds each `enter_with`.
#[derive(Clone, Copy)]
enum Each {
    Alone,
    /// A snapshot is taken after each, and dropped at the next.
    Captured,
}

/// Enters stores for two storages in turn and returns the most that ever lived.
fn enter_in_turn(storages: [&Storage; 2], live: &Live, each: Each) -> usize {
    let mut most = 0;
    let mut _snapshot = Snapshot::empty();
    for number in 0..MANY {
        storages[number % 2].enter_with(live.value(number));
        if let Each::Captured = each {
            _snapshot = async_hooks::snapshot();
        }
        most = most.max(live.count());
    }
    let last = storages[(MANY - 1) % 2].with(|store| store.unwrap().number);
    assert_eq!(last, MANY - 1);
    most
}

/// Runs a test with two storages of its own, on a thread of its own, and checks that no store is left.
fn case(test: impl FnOnce([&'static Storage; 2], &Live) -> usize + Send) {
    let live = Live::default();
    let storage = || &*Box::leak(Box::new(Storage::new()));
    let storages = [storage(), storage()];
    let most = std::thread::scope(|scope| {
        let thread = scope.spawn(|| test(storages, &live));
        thread.join().unwrap()
    });
    assert!(most <= FEW, "{most} stores lived at a time");
    assert_eq!(live.count(), 0, "stores are left");
}

/// Enters in turn while a read of the first storage is open, and checks that what was lent stays as it is.
fn enter_in_turn_under_a_read(storages: [&Storage; 2], live: &Live, each: Each) -> usize {
    storages[0].enter_with(live.value(MANY));
    storages[0].with(|lent| {
        let most = enter_in_turn(storages, live, each);
        assert_eq!(lent.unwrap().number, MANY);
        most
    })
}

#[test]
fn many_stores_entered_in_turn_leave_the_frame_small() {
    case(|storages, live| enter_in_turn(storages, live, Each::Alone));
}

#[test]
fn many_stores_entered_in_turn_and_captured_leave_the_frame_small() {
    case(|storages, live| enter_in_turn(storages, live, Each::Captured));
}

#[test]
fn many_stores_entered_in_turn_under_an_open_read_leave_the_frame_small() {
    case(|storages, live| enter_in_turn_under_a_read(storages, live, Each::Alone));
}

#[test]
fn many_stores_entered_in_turn_and_captured_under_an_open_read_leave_the_frame_small() {
    case(|storages, live| enter_in_turn_under_a_read(storages, live, Each::Captured));
}

#[test]
fn many_stores_entered_in_turn_inside_run_leave_the_frame_small() {
    case(|storages, live| {
        let [a, b] = storages;
        a.run(live.value(0), || {
            b.run(live.value(0), || {
                enter_in_turn_under_a_read(storages, live, Each::Captured)
            })
        })
    });
}

#[test]
fn many_stores_entered_in_turn_under_guards_leave_the_frame_small() {
    case(|storages, live| {
        let _a = storages[0].with_scope(live.value(0));
        let _b = storages[1].with_scope(live.value(0));
        enter_in_turn(storages, live, Each::Captured)
    });
}

#[test]
fn many_stores_entered_in_turn_in_a_resources_scope_leave_the_frame_small() {
    case(|storages, live| {
        storages[0].enter_with(live.value(0));
        let resource = AsyncResource::new("R");
        resource.run_in_async_scope(|| enter_in_turn(storages, live, Each::Captured))
    });
}

#[test]
fn many_stores_entered_in_turn_from_poll_to_poll_leave_the_frame_small() {
    async fn enter_and_yield(storages: [&Storage; 2], live: &Live) -> usize {
        let mut most = 0;
        for number in 0..MANY {
            storages[number % 2].enter_with(live.value(number));
            yield_now().await;
            most = most.max(live.count());
        }
        most
    }
    case(|storages, live| block_on(enter_and_yield(storages, live).traced("F")));
}

#[test]
fn runs_in_a_loop_leave_nothing() {
    case(|[a, b], live| {
        for number in 0..MANY {
            a.run(live.value(number), || b.enter_with(live.value(number)));
        }
        live.count()
    });
}

#[test]
fn guards_in_a_loop_leave_nothing() {
    case(|[a, b], live| {
        for number in 0..MANY {
            let _a = a.with_scope(live.value(number));
            let _b = b.with_scope(live.value(number));
        }
        live.count()
    });
}

#[test]
fn many_stores_of_a_storage_that_is_not_inherited_leave_the_frame_small() {
    let never = || AsyncLocalStorage::builder().inherit(Inherit::Never).build();
    let (a, b): (Storage, Storage) = (never(), never());
    let live = Live::default();
    let most = enter_in_turn([&a, &b], &live, Each::Captured);
    assert!(most <= FEW, "{most} stores lived at a time");
}

/// Takes snapshots one under the other, and enters stores in each, as a job does that starts its successor.
fn snapshots_in_a_chain([a, b]: [&'static Storage; 2], live: &Live) -> usize {
    let mut snapshot = async_hooks::snapshot();
    let mut most = 0;
    for number in 0..1_000 {
        snapshot = snapshot.run(|| {
            a.enter_with(live.value(number));
            b.enter_with(live.value(number));
            async_hooks::snapshot()
        });
        most = most.max(live.count());
    }
    most
}

#[test]
fn snapshots_taken_one_under_the_other_keep_only_the_last_stores() {
    case(snapshots_in_a_chain);
}

#[test]
fn snapshots_taken_one_under_the_other_under_a_never_store_keep_only_the_last_stores() {
    static N: AsyncLocalStorage<u32> = AsyncLocalStorage::builder().inherit(Inherit::Never).build();
    case(|storages, live| N.run(1, || snapshots_in_a_chain(storages, live)));
}

// A store is dropped with the last frame that holds it.

#[test]
fn the_store_of_run_goes_when_run_returns() {
    static A: Storage = Storage::new();
    let live = Live::default();
    A.run(live.value(1), || assert_eq!(live.count(), 1));
    assert_eq!(live.count(), 0);
}

#[test]
fn the_store_of_a_guard_goes_with_the_guard() {
    static A: Storage = Storage::new();
    let live = Live::default();
    drop(A.with_scope(live.value(1)));
    assert_eq!(live.count(), 0);
}

#[test]
fn a_store_that_was_entered_goes_when_another_one_is() {
    static A: Storage = Storage::new();
    let live = Live::default();
    A.enter_with(live.value(1));
    A.enter_with(live.value(2));
    assert_eq!(live.count(), 1);
}

#[test]
fn a_store_that_was_entered_goes_with_its_thread() {
    static A: Storage = Storage::new();
    let live = Live::default();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| A.enter_with(live.value(1)));
        thread.join().unwrap();
    });
    assert_eq!(live.count(), 0);
}

#[test]
fn a_store_stays_until_the_last_of_several_snapshots_goes() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let (first, second) = A.run(live.value(1), || {
        (async_hooks::snapshot(), async_hooks::snapshot())
    });
    drop(first);
    assert_eq!(live.count(), 1);
    drop(second);
    assert_eq!(live.count(), 0);
}

/// Creates a future in a context with a store, finishes it, and checks that it then holds no store though it still
/// exists.
fn releases_when_finished<F: Future<Output = ()>>(make: impl FnOnce() -> F) {
    static A: Storage = Storage::new();
    let live = Live::default();
    let mut future = Box::pin(A.run::<_, async_hooks::Value>(live.value(1), make));
    poll_pending(future.as_mut());
    assert_eq!(live.count(), 1, "the future carries its store");
    poll_ready(future.as_mut());
    assert_eq!(live.count(), 0, "a finished future still holds its store");
    drop(future);
}

#[test]
fn a_finished_traced_future_releases_its_stores_at_once() {
    releases_when_finished(|| yield_now().traced("F"));
}

#[test]
fn a_finished_carried_future_releases_its_stores_at_once() {
    releases_when_finished(|| yield_now().in_current_context());
}

#[test]
fn a_finished_task_releases_its_stores_at_once() {
    releases_when_finished(|| Task::new(yield_now()));
}

#[test]
fn a_finished_future_of_a_scope_releases_its_stores_at_once() {
    static B: Storage = Storage::new();
    let live = Live::default();
    releases_when_finished(|| B.scope(live.value(2), yield_now()));
    assert_eq!(live.count(), 0);
}

#[test]
fn a_finished_future_of_an_exit_scope_releases_its_stores_at_once() {
    static B: Storage = Storage::new();
    releases_when_finished(|| B.exit_scope(yield_now()));
}

#[test]
fn a_finished_future_in_the_scope_of_a_resource_releases_its_stores_at_once() {
    releases_when_finished(|| outlived_resource().scope(yield_now()));
}

#[test]
fn a_finished_future_under_a_snapshot_releases_its_stores_at_once() {
    releases_when_finished(|| outlived_snapshot().scope(yield_now()));
}

#[test]
fn a_shared_future_that_is_finished_releases_its_stores_though_its_result_is_kept() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let shared = A.run::<_, async_hooks::Value>(live.value(1), || async { 7 }.traced("F").shared());
    let kept = shared.clone();
    assert_eq!(block_on(shared), 7);
    assert_eq!(live.count(), 0);
    assert_eq!(block_on(kept), 7);
}

#[test]
fn a_future_dropped_before_it_is_finished_releases_its_stores_at_once() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let mut future = Box::pin(A.scope(live.value(1), yield_now()));
    poll_pending(future.as_mut());
    drop(future);
    assert_eq!(live.count(), 0);
}

#[test]
fn a_future_that_entered_stores_releases_them_when_it_is_finished() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let mut future = pin!(
        async {
            A.enter_with(live.value(1));
            yield_now().await;
        }
        .in_current_context()
    );
    poll_pending(future.as_mut());
    assert_eq!(live.count(), 1);
    poll_ready(future.as_mut());
    assert_eq!(live.count(), 0);
}

#[test]
fn a_fired_timer_releases_its_stores_at_once() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let mut timers: Vec<Box<dyn FnOnce() -> usize>> = Vec::new();
    A.run(live.value(1), || {
        timers.push(Box::new(async_hooks::bind!(
            move || A.with(|s| s.unwrap().number)
        )));
        timers.push(Box::new(async_hooks::bind(|| {
            A.with(|s| s.unwrap().number)
        })));
    });
    assert_eq!(live.count(), 1);
    let fired: Vec<usize> = timers.drain(..).map(|timer| timer()).collect();
    assert_eq!(fired, [1, 1]);
    assert_eq!(live.count(), 0);
}

#[test]
fn a_tokio_timer_that_fired_releases_its_stores_though_its_handle_is_kept() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let timer = A.scope(live.value(1), tokio::time::sleep(std::time::Duration::ZERO));
        let handle = tokio::spawn(timer);
        while !handle.is_finished() {
            tokio::task::yield_now().await;
        }
        assert_eq!(live.count(), 0);
        drop(handle);
    });
}

#[test]
fn a_dropped_resource_releases_its_stores_at_once() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let resource = A.run(live.value(1), || AsyncResource::new("R"));
    assert_eq!(live.count(), 1);
    drop(resource);
    assert_eq!(live.count(), 0);
}

#[test]
fn a_resource_dropped_inside_a_scope_releases_its_stores_before_its_destroy() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let resource = A.run(live.value(1), || AsyncResource::new("R"));
    AsyncResource::new("OUTER").run_in_async_scope(|| {
        drop(resource);
        assert_eq!(live.count(), 0);
    });
}

#[test]
fn a_store_is_one_value_however_many_hold_it() {
    static A: AsyncLocalStorage<Arc<u32>> = AsyncLocalStorage::new();
    let store = Arc::new(7);
    let snapshots: Vec<Snapshot> = A.run(store.clone(), || {
        (0..9).map(|_| async_hooks::snapshot()).collect()
    });
    assert_eq!(Arc::strong_count(&store), 2);
    drop(snapshots);
    assert_eq!(Arc::strong_count(&store), 1);
}

#[test]
fn a_frame_a_hundred_thousand_scopes_deep_is_dropped_without_recursion() {
    static A: Storage = Storage::new();
    let live = Live::default();
    let mut snapshot = Snapshot::empty();
    for number in 0..MANY {
        snapshot = snapshot.run(|| A.run(live.value(number), async_hooks::snapshot));
    }
    drop(snapshot);
    assert_eq!(live.count(), 0);
}

/// Reads several times at each level, so that each makes the look-up quick for itself.
fn nest(levels: u32, entered: &'static AsyncLocalStorage<u32>, unset: &AsyncLocalStorage<u32>) {
    for _ in 0..8 {
        assert_eq!((entered.get(), unset.get()), (Some(levels), None));
    }
    if levels > 0 {
        entered.run(levels - 1, || nest(levels - 1, entered, unset));
    }
}

#[test]
fn what_makes_reads_quick_does_not_double_at_each_scope() {
    static ENTERED: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
    static UNSET: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
    UNSET.run(7, || ()); // from then on it is looked for
    ENTERED.run(64, || nest(64, &ENTERED, &UNSET)); // it would be 2 to the power of 64
}
