//! Rule 5.11: guards dropped out of order. What is reported of them is in `tests/storage_reports.rs`.

use std::{cell::Cell, pin::pin};

use async_hooks::{AsyncResource, Env, ScopeGuard, prelude::*};
use futures::future::join;

use crate::support::{Storage, block_on, poll_pending, poll_ready, yield_now};

use super::test;

#[test]
fn a_guard_dropped_early_leaves_the_later_guards_store_current() {
    static A: Storage = Storage::new();
    let first = A.with_scope(1);
    let second = A.with_scope(2);
    drop(first);
    assert_eq!(A.get(), Some(2));
    drop(second);
    assert_eq!(A.get(), None, "1 is dead");
}

#[test]
fn three_guards_may_go_in_any_order() {
    static A: Storage = Storage::new();
    const ORDERS: [[usize; 3]; 6] = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for order in ORDERS {
        let mut guards: Vec<_> = (0..3).map(|n| Some(A.with_scope(n))).collect();
        for gone in order {
            guards[gone] = None;
            let newest = guards.iter().rposition(Option::is_some);
            assert_eq!(A.get(), newest.map(|n| n as u32), "{order:?} at {gone}");
        }
    }
}

#[test]
fn guards_of_two_storages_may_be_dropped_in_the_order_they_were_made() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let a = A.with_scope(1);
    let b = B.with_scope(2);
    drop(a);
    assert_eq!((A.get(), B.get()), (None, Some(2)));
    drop(b);
    assert_eq!((A.get(), B.get()), (None, None));
}

#[test]
fn a_store_from_before_both_guards_comes_back_when_both_are_gone() {
    static A: Storage = Storage::new();
    A.enter_with(9);
    let first = A.with_scope(1);
    let second = A.with_scope(2);
    drop(first);
    drop(second);
    assert_eq!(A.get(), Some(9));
}

#[test]
fn a_late_drop_does_not_bring_back_a_value_entered_in_a_dead_entry() {
    static A: Storage = Storage::new();
    let first = A.with_scope(1);
    A.enter_with(2);
    let second = A.with_scope(3);
    drop(first);
    assert_eq!(A.get(), Some(3));
    drop(second);
    assert_eq!(A.get(), None);
}

#[test]
fn a_late_drop_leaves_what_was_entered_after_it_in_its_own_scope() {
    static A: Storage = Storage::new();
    let first = A.with_scope(1);
    let second = A.with_scope(2);
    drop(first);
    A.enter_with(3);
    assert_eq!(A.get(), Some(3));
    drop(second);
    assert_eq!(A.get(), None);
}

// Whoever leaves the entry above skips dead ones.

#[test]
fn the_end_of_a_run_skips_a_guard_that_died_inside() {
    static A: Storage = Storage::new();
    let guard = A.with_scope(1);
    A.run(2, || {
        drop(guard);
        assert_eq!(A.get(), Some(2));
    });
    assert_eq!(A.get(), None);
}

#[test]
fn the_end_of_an_exit_skips_a_guard_that_died_inside() {
    static A: Storage = Storage::new();
    A.enter_with(9);
    let guard = A.with_scope(1);
    A.exit(|| {
        drop(guard);
        assert_eq!(A.get(), None);
    });
    assert_eq!(A.get(), Some(9));
}

#[test]
fn a_run_inside_which_two_guards_died_comes_out_below_both() {
    static A: Storage = Storage::new();
    let first = A.with_scope(1);
    let second = A.with_scope(2);
    A.run(3, || {
        drop(first);
        drop(second);
    });
    assert_eq!(A.get(), None);
}

// Guards that leave the `run` they were created in.

#[test]
fn a_guard_that_leaves_a_run_of_its_own_storage_is_ended_by_that_run() {
    static A: Storage = Storage::new();
    A.enter_with(9);
    let guard = A.run(1, || A.with_scope(2));
    assert_eq!(A.get(), Some(9));
    drop(guard);
    assert_eq!(A.get(), Some(9));
}

#[test]
fn a_guard_that_leaves_a_run_of_another_storage_goes_on() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let guard = A.run(1, || B.with_scope(2));
    assert_eq!((A.get(), B.get()), (None, Some(2)));
    drop(guard);
    assert_eq!(B.get(), None);
}

// A guard whose entry is not on this thread's stack does nothing.

#[test]
fn a_guard_whose_frame_is_gone_does_nothing() {
    static A: Storage = Storage::new();
    let resource = AsyncResource::new("R");
    let guard = resource.run_in_async_scope(|| A.with_scope(1));
    A.enter_with(9);
    drop(guard);
    assert_eq!(A.get(), Some(9));
}

#[test]
fn a_guard_whose_frame_is_gone_does_not_end_an_entry_made_at_its_place() {
    static A: Storage = Storage::new();
    let gone = async_hooks::detached(|| A.with_scope(1));
    let guard = A.with_scope(2); // the allocator may well give it the same address
    drop(gone);
    assert_eq!(A.get(), Some(2));
    drop(guard);
    assert_eq!(A.get(), None);
}

#[test]
fn a_guard_whose_frame_is_gone_dropped_inside_another_frame_does_nothing_later() {
    static A: Storage = Storage::new();
    let gone = async_hooks::detached(|| A.with_scope(1));
    A.enter_with(9);
    let snapshot = async_hooks::snapshot();
    snapshot.run(|| drop(gone));
    assert_eq!(A.get(), Some(9));
    assert_eq!(A.run(2, || A.get()), Some(2));
}

#[test]
fn a_guard_given_out_of_a_suspended_future_does_nothing_when_dropped_outside() {
    static A: Storage = Storage::new();
    let mut given = None;
    let mut future = pin!(
        async {
            given = Some(A.with_scope(1));
            yield_now().await;
            (A.get(), given.take().is_some())
        }
        .in_current_context()
    );
    poll_pending(future.as_mut());
    assert_eq!(A.get(), None);
    assert_eq!(poll_ready(future), (Some(1), true));
    assert_eq!(A.get(), None);
}

// Across the frames of snapshots and of `detached`.

#[test]
fn a_guard_dropped_under_detached_is_dead_when_its_frame_comes_back() {
    static A: Storage = Storage::new();
    A.enter_with(9);
    let guard = A.with_scope(1);
    async_hooks::detached(|| {
        drop(guard);
        assert_eq!(A.get(), None);
    });
    assert_eq!(A.get(), Some(9));
}

#[test]
fn a_guard_dropped_under_a_snapshot_is_dead_when_its_frame_comes_back() {
    static A: Storage = Storage::new();
    let other = A.run(5, async_hooks::snapshot);
    let guard = A.with_scope(1);
    other.run(|| {
        drop(guard);
        assert_eq!(A.get(), Some(5));
    });
    assert_eq!(A.get(), None);
}

#[test]
fn a_guard_dropped_two_frames_up_is_dead_when_its_frame_comes_back() {
    static A: Storage = Storage::new();
    let guard = A.with_scope(1);
    async_hooks::detached(|| {
        A.enter_with(2);
        async_hooks::detached(|| drop(guard));
        assert_eq!(A.get(), Some(2));
    });
    assert_eq!(A.get(), None);
}

#[test]
fn a_guard_dropped_under_a_snapshot_ends_its_store_below_and_not_in_the_snapshot() {
    static A: Storage = Storage::new();
    let guard = A.with_scope(1);
    let snapshot = async_hooks::snapshot();
    snapshot.run(|| {
        drop(guard);
        assert_eq!(A.get(), Some(1));
    });
    assert_eq!(A.get(), None);
}

#[test]
fn a_guard_moved_into_a_carried_future_ends_its_store_inside_and_outside() {
    static A: Storage = Storage::new();
    let guard = A.with_scope(1);
    let carried = async move {
        drop(guard);
        A.get()
    }
    .in_current_context();
    assert_eq!(block_on(carried), None);
    assert_eq!(A.get(), None);
}

#[test]
fn the_end_of_a_guard_does_not_alter_what_was_captured_before() {
    static A: Storage = Storage::new();
    let first = A.with_scope(1);
    let second = A.with_scope(2);
    let snapshot = async_hooks::snapshot();
    drop(first);
    drop(second);
    assert_eq!(snapshot.run(|| A.get()), Some(2));
}

#[test]
fn a_guard_dropped_two_captured_frames_up_ends_its_store_where_it_was_entered() {
    static A: Storage = Storage::new();
    let guard = A.with_scope(1);
    let (outer, inner) = (async_hooks::snapshot(), async_hooks::snapshot());
    outer.run(|| {
        inner.run(|| drop(guard));
        assert_eq!(A.get(), Some(1));
    });
    assert_eq!(A.get(), None);
}

#[test]
fn a_guard_dropped_two_hundred_frames_up_each_of_which_dropped_one_ends_its_store() {
    fn drop_it_deeper(a: &'static Storage, guard: ScopeGuard, left: u32) {
        async_hooks::detached(|| {
            let own = a.with_scope(left);
            drop(guard);
            if left > 0 {
                drop_it_deeper(a, own, left - 1);
                assert_eq!(a.get(), None, "{left}");
            }
        });
    }
    static A: Storage = Storage::new();
    Env::new().run(|| {
        drop_it_deeper(&A, A.with_scope(1), 200);
        assert_eq!(A.get(), None);
    });
}

#[test]
fn a_guard_dropped_elsewhere_ends_its_store_in_the_frame_of_a_future() {
    static A: Storage = Storage::new();
    Env::new().run(|| {
        let given = Cell::new(None);
        let mut holds = pin!(
            async {
                given.set(Some(A.with_scope(1)));
                yield_now().await;
                let before = A.get();
                async_hooks::detached(|| ());
                (before, A.get())
            }
            .in_current_context()
        );
        poll_pending(holds.as_mut());
        async_hooks::detached(|| drop(given.take())); // the frame that has its store is the future's
        assert_eq!(poll_ready(holds), (None, None));
    });
}

#[test]
fn a_guard_made_under_detached_and_kept_there_ends_there() {
    static A: Storage = Storage::new();
    A.enter_with(9);
    async_hooks::detached(|| {
        let _guard = A.with_scope(1);
        assert_eq!(A.get(), Some(1));
    });
    assert_eq!(A.get(), Some(9));
}

// Guards across awaits on one thread.

/// Holds a guard across an await and reports what was seen before, after, and at the end.
async fn holds_a_guard(a: &'static Storage, store: u32) -> [Option<u32>; 3] {
    let guard = a.with_scope(store);
    let before = a.get();
    yield_now().await;
    let after = a.get();
    drop(guard);
    [before, after, a.get()]
}

#[test]
fn interleaved_futures_that_carry_their_frames_keep_their_guards_apart() {
    static A: Storage = Storage::new();
    A.enter_with(9);
    let one = holds_a_guard(&A, 1).in_current_context();
    let two = holds_a_guard(&A, 2).traced("TWO");
    let (one, two) = block_on(join(one, two));
    assert_eq!(one, [Some(1), Some(1), Some(9)]);
    assert_eq!(two, [Some(2), Some(2), Some(9)]);
    assert_eq!(A.get(), Some(9));
}

#[test]
fn interleaved_plain_futures_end_each_its_own_store() {
    static A: Storage = Storage::new();
    let (one, two) = block_on(join(holds_a_guard(&A, 1), holds_a_guard(&A, 2)));
    assert_eq!(one, [Some(1), Some(2), Some(2)], "2 was put over it");
    assert_eq!(two, [Some(2), Some(2), None], "1 is dead");
    assert_eq!(A.get(), None);
}
