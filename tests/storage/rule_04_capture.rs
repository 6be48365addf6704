//! Rule 5.4: which frame a captured future begins with.

#![expect(
    clippy::redundant_async_block,
    reason = "whether the block stands there is what is tested"
)]

use std::{future::Future, pin::pin};

use async_hooks::{AsyncResource, Propagating, Task, Traced, prelude::*};
use futures::{
    StreamExt,
    channel::oneshot,
    executor::LocalPool,
    future::{FutureExt, poll_fn},
    sink::SinkExt,
    stream,
    task::LocalSpawnExt,
};

use crate::support::{Storage, block_on, on_tokio, poll, poll_pending, poll_ready, yield_now};

use super::test;

type Seen = (Option<u32>, Option<u32>);

/// What is called `f()` in the names of the tests: a traced future that tells what it sees after a yield.
fn f(a: &'static Storage, b: &'static Storage) -> Traced<impl Future<Output = Seen> + Send> {
    async {
        yield_now().await;
        (a.get(), b.get())
    }
    .traced("F")
}

// The 13 ways of writing.

#[test]
fn way_01_a_scope_of_an_async_block_that_awaits_f() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, async { f(&A, &B).await }));
    assert_eq!(seen, (Some(1), None));
}

#[test]
fn way_02_a_scope_of_f() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, f(&A, &B)));
    assert_eq!(seen, (Some(1), None));
}

#[test]
fn way_03_a_scope_of_b_scope_of_f() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, B.scope(2, f(&A, &B))));
    assert_eq!(seen, (Some(1), Some(2)));
}

#[test]
fn way_04_b_scope_of_f_awaited_inside_a_scope() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, async { B.scope(2, f(&A, &B)).await }));
    assert_eq!(seen, (Some(1), Some(2)));
}

#[test]
fn way_05_a_scope_of_f_inside_another_a_scope() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, async { A.scope(3, f(&A, &B)).await }));
    assert_eq!(seen, (Some(3), None));
}

#[test]
fn way_06_a_scope_of_b_scope_of_a_plain_async_block() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, B.scope(2, async { (A.get(), B.get()) })));
    assert_eq!(seen, (Some(1), Some(2)));
}

#[test]
fn way_07_a_run_of_a_plain_tokio_spawn_of_f() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    on_tokio(|| async {
        let task = A.run::<_, async_hooks::Value>(1, || tokio::spawn(f(&A, &B)));
        assert_eq!(task.await.unwrap(), (Some(1), None));
    });
}

#[test]
fn way_08_a_run_of_a_plain_tokio_spawn_of_b_scope_of_f() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    on_tokio(|| async {
        let task = A.run::<_, async_hooks::Value>(1, || tokio::spawn(B.scope(2, f(&A, &B))));
        assert_eq!(task.await.unwrap(), (Some(1), Some(2)));
    });
}

#[test]
fn way_09_f_made_under_one_a_and_awaited_by_a_task_under_another() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let made = A.run::<_, async_hooks::Value>(1, || f(&A, &B));
    assert_eq!(block_on(A.scope(9, async { made.await })), (Some(1), None));
}

#[test]
fn way_10_f_made_under_one_a_and_awaited_in_b_scope_of_a_task_under_another() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let made = A.run::<_, async_hooks::Value>(1, || f(&A, &B));
    let awaiting = A.scope(9, async { B.scope(2, async { made.await }).await });
    assert_eq!(block_on(awaiting), (Some(1), None));
}

#[test]
fn way_11_f_made_before_an_enter_with_and_awaited_after() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let outer = async {
        let made = f(&A, &B);
        A.enter_with(5);
        made.await
    };
    assert_eq!(block_on(outer.traced("OUTER")), (None, None));
}

#[test]
fn way_12_f_made_first_and_put_into_b_scope_later() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, async {
        let made = f(&A, &B);
        B.scope(2, made).await
    }));
    assert_eq!(seen, (Some(1), Some(2)));
}

#[test]
fn way_13_f_made_with_nothing_set_and_awaited_inside_a_scope() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let made = f(&A, &B);
    assert_eq!(block_on(A.scope(9, async { made.await })), (Some(9), None));
}

#[test]
fn the_ways_without_tokio_give_the_same_in_a_plain_tokio_task() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    on_tokio(|| async {
        let nested = tokio::spawn(A.scope(1, B.scope(2, f(&A, &B))));
        assert_eq!(nested.await.unwrap(), (Some(1), Some(2)));
        let made = A.run::<_, async_hooks::Value>(1, || f(&A, &B));
        let elsewhere = tokio::spawn(A.scope(9, async { made.await }));
        assert_eq!(elsewhere.await.unwrap(), (Some(1), None));
        let made = f(&A, &B);
        let made_first = tokio::spawn(A.scope(9, async { made.await }));
        assert_eq!(made_first.await.unwrap(), (Some(9), None));
    });
}

// Every wrapper captures when it is created.

/// Polls a future as an executor does that knows nothing of the context it was created in.
fn run_elsewhere<R>(future: impl Future<Output = R> + 'static) -> R
where
    R: 'static,
{
    let mut pool = LocalPool::new();
    let handle = pool.spawner().spawn_local_with_handle(future).unwrap();
    pool.run_until(handle)
}

#[test]
fn scope_captures_the_other_stores_when_it_is_made() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let wrapped = A.run::<_, async_hooks::Value>(1, || B.scope(2, async { (A.get(), B.get()) }));
    assert_eq!(run_elsewhere(wrapped), (Some(1), Some(2)));
}

#[test]
fn exit_scope_captures_the_other_stores_when_it_is_made() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let make = || B.exit_scope(async { (A.get(), B.get()) });
    let wrapped = B.run::<_, async_hooks::Value>(2, || A.run::<_, async_hooks::Value>(1, make));
    assert_eq!(run_elsewhere(wrapped), (Some(1), None));
}

#[test]
fn traced_captures_when_it_is_made() {
    static A: Storage = Storage::new();
    let wrapped = A.run::<_, async_hooks::Value>(1, || async { A.get() }.traced("F"));
    assert_eq!(run_elsewhere(wrapped), Some(1));
}

#[test]
fn in_current_context_captures_when_it_is_made() {
    static A: Storage = Storage::new();
    let wrapped = A.run::<_, async_hooks::Value>(1, || async { A.get() }.in_current_context());
    assert_eq!(run_elsewhere(wrapped), Some(1));
}

#[test]
fn the_scope_of_a_resource_has_what_the_resource_captured() {
    static A: Storage = Storage::new();
    let resource = A.run(1, || AsyncResource::new("R"));
    let wrapped = A.run::<_, async_hooks::Value>(2, || resource.scope(async { A.get() }));
    assert_eq!(run_elsewhere(wrapped), Some(1));
}

#[test]
fn streams_capture_when_they_are_wrapped() {
    static A: Storage = Storage::new();
    let (traced, carried) = A.run(1, || {
        let looks = || stream::repeat_with(|| A.get()).take(2);
        (
            looks().traced("S"),
            async_hooks::ContextExt::in_current_context(looks()),
        )
    });
    assert_eq!(block_on(traced.collect::<Vec<_>>()), [Some(1), Some(1)]);
    assert_eq!(block_on(carried.collect::<Vec<_>>()), [Some(1), Some(1)]);
}

#[test]
fn a_sink_captures_when_it_is_wrapped() {
    static A: Storage = Storage::new();
    let seen = std::sync::Mutex::new(Vec::new());
    let sink = futures::sink::unfold((), |(), ()| {
        seen.lock().unwrap().push(A.get());
        std::future::ready(Ok::<_, ()>(()))
    });
    let carried = A.run(1, || async_hooks::ContextExt::in_current_context(sink));
    block_on(A.scope(9, async {
        let mut carried = pin!(carried);
        carried.send(()).await
    }))
    .unwrap();
    assert_eq!(*seen.lock().unwrap(), [Some(1)]);
}

// The base is chosen at the first poll, once.

#[test]
fn the_base_is_the_current_frame_if_that_is_the_captured_one() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    A.enter_with(1);
    assert_eq!(block_on(f(&A, &B)), (Some(1), None));
}

#[test]
fn a_run_around_the_first_poll_applies() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut made = pin!(f(&A, &B));
    A.run(1, || poll_pending(made.as_mut()));
    assert_eq!(poll_ready(made), (Some(1), None));
}

#[test]
fn an_exit_around_the_first_poll_applies() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    A.run(1, || {
        let mut made = pin!(f(&A, &B));
        A.exit(|| poll_pending(made.as_mut()));
        assert_eq!(poll_ready(made), (None, None));
    });
}

#[test]
fn an_exit_scope_written_around_applies() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, async { A.exit_scope(f(&A, &B)).await }));
    assert_eq!(seen, (None, None));
}

#[test]
fn what_was_entered_inside_the_scopes_around_the_first_poll_applies_too() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut made = pin!(f(&A, &B));
    A.run(1, || {
        A.enter_with(3);
        B.enter_with(4);
        poll_pending(made.as_mut());
    });
    assert_eq!(poll_ready(made), (Some(3), Some(4)));
}

#[test]
fn a_store_entered_before_the_scope_around_the_first_poll_does_not_apply() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(A.scope(1, async {
        let made = f(&A, &B);
        B.enter_with(2);
        A.scope(3, made).await
    }));
    assert_eq!(seen, (Some(1), None));
}

#[test]
fn a_guard_around_the_first_poll_does_not_apply() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut made = pin!(f(&A, &B));
    let guard = A.with_scope(5);
    poll_pending(made.as_mut());
    drop(guard);
    assert_eq!(poll_ready(made), (None, None));
}

#[test]
fn the_base_is_chosen_once_from_an_inline_poller() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut made = pin!(f(&A, &B));
    A.run(1, || poll_pending(made.as_mut()));
    let seen = A.run(9, || poll_ready(made.as_mut()));
    assert_eq!(seen, (Some(1), None));
}

#[test]
fn the_base_is_chosen_once_from_an_unrelated_poller() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    A.run(1, || {
        let mut made = pin!(f(&A, &B));
        async_hooks::detached(|| poll_pending(made.as_mut()));
        // now the current frame is the captured one with a scope on top, but it is too late
        let seen = A.run(2, || poll_ready(made.as_mut()));
        assert_eq!(seen, (Some(1), None));
    });
}

#[test]
fn an_unpolled_future_keeps_what_was_captured_though_its_maker_goes_on() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let made = A.run::<_, async_hooks::Value>(1, || {
        let made = f(&A, &B);
        A.enter_with(2);
        made
    });
    assert_eq!(block_on(made), (Some(1), None));
}

// The walk ends at the nearest captured future, task or resource scope.

#[test]
fn the_walk_ends_at_the_nearest_captured_future() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let made = f(&A, &B);
    let between = B.run::<_, async_hooks::Value>(2, || async { made.await }.traced("BETWEEN"));
    assert_eq!(
        block_on(A.scope(9, async { between.await })),
        (None, None),
        "the scopes in progress inside `between` were not made from what `made` captured, around this poll"
    );
}

#[test]
fn the_walk_ends_at_the_nearest_task() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let made = f(&A, &B);
    let task = B.run::<_, async_hooks::Value>(2, || Task::new(async { made.await }));
    assert_eq!(block_on(task), (None, None));
}

#[test]
fn the_walk_ends_at_the_nearest_resource_scope() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut made = pin!(f(&A, &B));
    let resource = B.run(2, || AsyncResource::new("R"));
    A.run(9, || {
        resource.run_in_async_scope(|| poll_pending(made.as_mut()));
    });
    assert_eq!(poll_ready(made), (None, None));
}

#[test]
fn the_walk_ends_at_a_snapshot() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut made = pin!(f(&A, &B));
    let snapshot = B.run(2, async_hooks::snapshot);
    snapshot.run(|| poll_pending(made.as_mut()));
    assert_eq!(poll_ready(made), (None, None));
}

#[test]
fn a_scope_applies_inside_a_future_that_was_polled_inline_and_then_from_somewhere_deeper() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut outer = pin!(
        async {
            yield_now().await;
            A.scope(1, f(&A, &B)).await
        }
        .in_current_context()
    );
    poll_pending(outer.as_mut());
    let deeper = A.run(7, || B.run(8, || A.run(9, || AsyncResource::new("R"))));
    let seen = deeper.run_in_async_scope(|| {
        poll_pending(outer.as_mut());
        poll_ready(outer.as_mut())
    });
    assert_eq!(seen, (Some(1), None));
}

#[test]
fn a_scope_applies_where_a_captured_guard_was_dropped_before_it() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    for entered_on_top in [false, true] {
        let guard = B.with_scope(2);
        if entered_on_top {
            A.enter_with(7);
        }
        let resource = AsyncResource::new("R");
        let seen = resource.run_in_async_scope(|| {
            drop(guard);
            block_on(A.scope(1, f(&A, &B)))
        });
        assert_eq!(seen, (Some(1), Some(2)), "entered on top: {entered_on_top}");
    }
}

#[test]
fn a_scope_that_carries_stores_from_elsewhere_is_as_far_as_the_walk_goes() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let made = f(&A, &B);
    let from_elsewhere = B.run::<_, async_hooks::Value>(2, || A.scope(9, async { made.await }));
    assert_eq!(block_on(from_elsewhere), (None, None));
}

#[test]
fn a_scope_from_elsewhere_applies_to_what_captured_the_same_frame() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let from_elsewhere = B.run::<_, async_hooks::Value>(2, || {
        let made = f(&A, &B);
        A.scope(9, async { made.await })
    });
    assert_eq!(block_on(from_elsewhere), (Some(9), Some(2)));
}

#[test]
fn scopes_inside_the_nearest_captured_future_still_apply() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let seen = block_on(
        async {
            let made = f(&A, &B);
            A.scope(1, B.scope(2, made)).await
        }
        .traced("OUTER"),
    );
    assert_eq!(seen, (Some(1), Some(2)));
}

// An unrelated poller does not impose its own.

#[test]
fn a_pool_run_under_a_store_does_not_impose_it_on_its_tasks() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut pool = LocalPool::new();
    let spawner = Propagating::new(pool.spawner());
    let seen = spawner.spawn_local_with_handle(f(&A, &B)).unwrap();
    A.run(9, || pool.run());
    assert_eq!(pool.run_until(seen), (None, None));
}

#[test]
fn a_worker_that_entered_a_store_does_not_impose_it() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut made = pin!(f(&A, &B));
    A.enter_with(9);
    poll_pending(made.as_mut());
    assert_eq!(poll_ready(made), (None, None));
}

#[test]
fn a_future_sent_to_a_task_of_another_request_keeps_its_own() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    on_tokio(|| async {
        let (send, receive) = oneshot::channel();
        let other = A.scope(9, async { B.scope(8, receive.await.unwrap()).await });
        let other = tokio::spawn(other.in_current_context());
        A.run(1, || send.send(f(&A, &B).boxed()).ok().unwrap());
        assert_eq!(other.await.unwrap(), (Some(1), None));
    });
}

// `scope` adds its entry, and the wrapper owns its frame.

#[test]
fn scope_adds_its_entry_to_the_base_it_chose() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let look = async {
        yield_now().await;
        (A.get(), B.get())
    };
    let mut made = pin!(B.scope(2, look));
    A.run(1, || poll_pending(made.as_mut()));
    assert_eq!(poll_ready(made), (Some(1), Some(2)));
}

#[test]
fn what_a_wrapped_future_enters_stays_from_poll_to_poll_and_nobody_else_sees_it() {
    static A: Storage = Storage::new();
    let mut wrapped = pin!(
        async {
            A.enter_with(2);
            yield_now().await;
            A.get()
        }
        .in_current_context()
    );
    A.run(1, || {
        poll_pending(wrapped.as_mut());
        assert_eq!(A.get(), Some(1));
    });
    assert_eq!(A.get(), None);
    assert_eq!(poll_ready(wrapped), Some(2));
    assert_eq!(A.get(), None);
}

#[test]
fn a_scope_applies_though_what_surrounds_it_entered_a_store_between_its_polls() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let task = Task::new(async {
        let f = f(&A, &B);
        let scope = A.scope(1, async {
            yield_now().await;
            f.await
        });
        let enters = async { B.enter_with(2) };
        futures::join!(scope, enters).0
    });
    assert_eq!(block_on(task), (Some(1), None));
}

#[test]
fn what_the_poller_enters_between_polls_does_not_show() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let mut made = pin!(f(&A, &B));
    poll_pending(made.as_mut());
    A.enter_with(9);
    assert_eq!(poll_ready(made), (None, None));
}

#[test]
fn a_future_that_was_ready_is_transparent() {
    static A: Storage = Storage::new();
    let mut wrapped = pin!(A.scope(1, poll_fn(|_| std::task::Poll::Ready(A.get()))));
    assert_eq!(poll_ready(wrapped.as_mut()), Some(1));
    let again = A.run(2, || poll(wrapped));
    assert_eq!(again, std::task::Poll::Ready(Some(2)));
}

#[test]
fn the_answer_is_the_same_at_every_depth() {
    static DEPTH: Storage = Storage::new();
    static USER: Storage = Storage::new();
    fn nested(n: u32) -> Option<u32> {
        if n > 0 {
            return DEPTH.run(n, || nested(n - 1));
        }
        let resource = AsyncResource::new("DBQuery");
        block_on(USER.scope(7, resource.scope(async { USER.get() })))
    }
    for depth in [0, 1, 63, 64, 65, 66, 130, 300] {
        assert_eq!(nested(depth), Some(7), "under {depth}");
    }
}

#[test]
fn a_scope_that_a_future_was_moved_out_of_does_not_show_to_what_was_made_around_it() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let inner = f(&A, &B); // made where nothing is set
    let mut outer = Box::pin(
        async {
            yield_now().await;
            inner.await
        }
        .in_current_context(),
    );
    A.run(1, || poll_pending(outer.as_mut()));
    assert_eq!(B.run(2, || block_on(outer.as_mut())), (None, None));
}
