//! Bridges: a thread-local of somebody else follows the work. A binary of its own, since bridges are the process's.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, Waker},
};

use ah_testing::test;
use async_hooks::{
    AsyncLocalStorage, AsyncResource, Env, Inherit, Snapshot, Task, Value, bind, detached,
    embedder::{self, TaskContext},
    prelude::*,
    snapshot,
};
use theirs::{Calls, begin, calls, current, with};

mod random;
mod theirs;

static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
static OTHER: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
static OPEN: AsyncLocalStorage<u32> = AsyncLocalStorage::builder().inherit(Inherit::Never).build();

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn poll_pending<F: Future>(future: Pin<&mut F>) {
    assert!(poll(future).is_pending());
}

/// Notes what is current at each poll, and is never ready.
fn reads(seen: &Cell<u32>) -> impl Future<Output = ()> + '_ {
    poll_fn(|_| {
        seen.set(current());
        Poll::Pending
    })
}

/// Polls the futures in turn, in one poll, and is never ready.
fn join<'a>(futures: Vec<Pin<Box<dyn Future<Output = ()> + 'a>>>) -> impl Future<Output = ()> + 'a {
    let mut futures = futures;
    poll_fn(move |cx| {
        for future in &mut futures {
            assert!(future.as_mut().poll(cx).is_pending());
        }
        Poll::Pending
    })
}

// What follows.

#[test]
fn a_wrapped_future_runs_with_what_was_current_at_its_creation_at_each_poll() {
    begin();
    let seen = Cell::new(0);
    let mut in_context = pin!(with(7, || reads(&seen).in_current_context()));
    let mut traced = pin!(with(8, || reads(&seen).traced("T")));
    let mut scope = pin!(with(9, || STORE.scope(1, reads(&seen))));
    for _ in 0..3 {
        poll_pending(in_context.as_mut());
        assert_eq!((seen.get(), current()), (7, 0));
        poll_pending(traced.as_mut());
        assert_eq!((seen.get(), current()), (8, 0));
        poll_pending(scope.as_mut());
        assert_eq!((seen.get(), current()), (9, 0));
    }
}

#[test]
fn a_resource_a_snapshot_a_closure_a_task_and_a_thread_run_with_it() {
    begin();
    let resource = with(8, || AsyncResource::new("R"));
    assert_eq!(resource.run_in_async_scope(current), 8);
    let snapshot = with(9, || STORE.run(1, snapshot));
    let seen = with(5, || snapshot.run(|| (current(), STORE.get())));
    assert_eq!(seen, (9, Some(1)));
    let bound = with(6, || bind(current));
    assert_eq!(bound(), 6);
    let closure = with(3, || async_hooks::bind!(move |_row: u8| current()));
    assert_eq!(closure(1), 3);
    let mut task = pin!(with(2, || Task::new(async { current() })));
    assert_eq!(poll(task.as_mut()), Poll::Ready(2));
    let thread = with(4, || async_hooks::thread::spawn(current));
    assert_eq!(thread.join().expect("it does not panic"), 4);
    assert_eq!(current(), 0);
}

#[test]
fn a_task_that_its_runtime_enters_runs_with_it() {
    begin();
    let mut task = with(6, || TaskContext::new("TASK"));
    assert!(task.bare().is_none(), "there is something to install");
    for _ in 0..2 {
        let scope = task.enter();
        assert_eq!(current(), 6);
        assert_eq!(STORE.run(1, current), 6);
        task.leave(scope);
        assert_eq!(current(), 0);
    }
}

#[test]
fn the_drop_of_an_unfinished_future_runs_with_it() {
    begin();
    struct OnDrop(Rc<Cell<u32>>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.set(current());
        }
    }
    let seen = Rc::new(Cell::new(0));
    let on_drop = OnDrop(seen.clone());
    let unpolled = with(7, || async move { drop(on_drop) }.in_current_context());
    drop(unpolled);
    assert_eq!((seen.get(), current()), (7, 0));
    let on_drop = OnDrop(seen.clone());
    let work = async move {
        let _on_drop = on_drop;
        std::future::pending::<()>().await;
    };
    let mut task = Box::pin(with(8, || Task::new(work)));
    poll_pending(task.as_mut());
    drop(task);
    assert_eq!((seen.get(), current()), (8, 0));
}

// What is nearer.

#[test]
fn what_is_nearer_at_the_first_poll_stays_for_the_later_ones() {
    begin();
    let seen = Cell::new(0);
    let mut instrumented = pin!(with(7, || STORE.scope(1, reads(&seen))));
    for _ in 0..2 {
        with(3, || poll_pending(instrumented.as_mut()));
        assert_eq!(seen.get(), 3);
    }
    let captured_with_nothing = reads(&seen).traced("T");
    let mut captured_with_nothing = pin!(captured_with_nothing);
    with(4, || poll_pending(captured_with_nothing.as_mut()));
    assert_eq!(seen.get(), 4);
}

#[test]
fn what_is_nearer_inside_of_a_task_wins_over_what_the_task_has() {
    begin();
    let seen = Cell::new(0);
    let inner = with(2, || reads(&seen).traced("INNER"));
    let outer = async {
        let mut inner = pin!(inner);
        poll_fn(|cx| with(5, || inner.as_mut().poll(cx))).await;
    };
    let mut outer = pin!(with(7, || Task::new(outer)));
    for _ in 0..2 {
        poll_pending(outer.as_mut());
        assert_eq!((seen.get(), current()), (5, 0));
    }
}

#[test]
fn what_was_captured_elsewhere_wins_over_what_a_bridge_installed() {
    begin();
    let seen = Cell::new(0);
    let inner = with(2, || {
        OTHER.run::<_, Value>(1, || reads(&seen).in_current_context())
    });
    let mut outer = pin!(with(7, || STORE.scope(1, inner)));
    poll_pending(outer.as_mut());
    assert_eq!(seen.get(), 2);
    let nothing = OTHER.run::<_, Value>(1, || reads(&seen).in_current_context());
    let mut outer = pin!(with(7, || STORE.scope(1, nothing)));
    poll_pending(outer.as_mut());
    assert_eq!(seen.get(), 0, "created where nothing was current");
}

#[test]
fn a_resource_runs_with_its_own_though_something_nearer_is_current() {
    begin();
    let resource = with(8, || AsyncResource::new("R"));
    assert_eq!(with(3, || resource.run_in_async_scope(current)), 8);
    let mut task = pin!(with(2, || Task::new(async { current() })));
    assert_eq!(with(3, || poll(task.as_mut())), Poll::Ready(2));
}

#[test]
fn a_capture_that_is_entered_inside_of_itself_runs_with_its_own() {
    begin();
    let resource = with(8, || AsyncResource::new("R"));
    resource.run_in_async_scope(|| {
        let snapshot = snapshot();
        let inner = AsyncResource::new("R");
        assert_eq!(with(3, || snapshot.run(current)), 8);
        assert_eq!(with(3, || inner.run_in_async_scope(current)), 8);
        assert_eq!(with(3, || resource.run_in_async_scope(current)), 8);
        let awaited = with(3, || {
            futures::executor::block_on(async { current() }.traced("T"))
        });
        assert_eq!((awaited, current()), (3, 8));
    });
}

#[test]
fn what_others_made_current_stays_where_nothing_was_captured() {
    begin();
    let resource = AsyncResource::new("R");
    assert_eq!(with(3, || resource.run_in_async_scope(current)), 3);
    let with_a_store = STORE.run(1, || AsyncResource::new("R"));
    assert_eq!(with(3, || with_a_store.run_in_async_scope(current)), 3);
}

#[test]
fn what_a_bridge_installed_does_not_show_where_nothing_was_captured() {
    begin();
    let nothing = AsyncResource::new("R");
    let with_a_store = STORE.run(1, || AsyncResource::new("R"));
    let task = with(7, || AsyncResource::new("TASK"));
    task.run_in_async_scope(|| {
        assert_eq!(nothing.run_in_async_scope(current), 0);
        assert_eq!(with_a_store.run_in_async_scope(current), 0);
        assert_eq!(current(), 7);
    });
}

#[test]
fn a_change_inside_of_the_work_is_carried_by_what_it_starts() {
    begin();
    let resource = with(7, || AsyncResource::new("R"));
    let inner = resource.run_in_async_scope(|| with(9, || AsyncResource::new("R")));
    assert_eq!(inner.run_in_async_scope(current), 9);
    let cleared = resource.run_in_async_scope(|| with(0, || AsyncResource::new("R")));
    assert_eq!(
        resource.run_in_async_scope(|| cleared.run_in_async_scope(current)),
        0
    );
}

// With nothing.

#[test]
fn detached_work_and_the_empty_snapshot_run_with_nothing() {
    begin();
    assert_eq!(with(7, || detached(current)), 0);
    assert_eq!(with(7, || Snapshot::empty().run(current)), 0);
    let resource = with(7, || AsyncResource::new("R"));
    assert_eq!(resource.run_in_async_scope(|| detached(current)), 0);
    let started = with(7, || detached(|| AsyncResource::new("R")));
    assert_eq!(with(3, || started.run_in_async_scope(current)), 0);
    let mut scope = pin!(Snapshot::empty().scope(async { current() }));
    assert_eq!(with(7, || poll(scope.as_mut())), Poll::Ready(0));
}

#[test]
fn an_environment_is_entered_without_what_was_installed() {
    begin();
    let resource = with(7, || AsyncResource::new("R"));
    let env = Env::new();
    resource.run_in_async_scope(|| {
        assert_eq!(env.run(current), 0);
        assert_eq!(
            env.run(|| with(4, || AsyncResource::new("R")).run_in_async_scope(current)),
            4
        );
        assert_eq!(current(), 7);
    });
}

#[test]
fn a_blocked_loop_has_nothing_and_its_future_has_it() {
    begin();
    let resource = with(7, || AsyncResource::new("R"));
    resource.run_in_async_scope(|| {
        let guard = embedder::DriveGuard::enter();
        assert_eq!(current(), 0, "the loop may poll the tasks of others");
        let mut future = pin!(guard.drive(async { current() }));
        assert_eq!(poll(future.as_mut()), Poll::Ready(7));
    });
    assert_eq!(current(), 0);
}

#[test]
fn a_destroy_callback_has_nothing() {
    begin();
    thread_local!(static SEEN: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) });
    let hooks = async_hooks::Hooks::builder()
        .destroy(|_| SEEN.with_borrow_mut(|seen| seen.push(current())));
    let hook = async_hooks::create_hook(hooks.build());
    hook.enable();
    let outer = with(7, || AsyncResource::new("R"));
    let inner = AsyncResource::new("R");
    outer.run_in_async_scope(|| {
        drop(inner);
        async_hooks::flush_destroys();
    });
    hook.disable();
    assert_eq!(SEEN.take(), [0]);
}

// What is called.

#[test]
fn nothing_is_called_between_frames_that_have_the_same() {
    begin();
    let seen = Cell::new(0);
    let outer = async {
        let inner = || -> Pin<Box<dyn Future<Output = ()> + '_>> {
            Box::pin(STORE.scope(1, reads(&seen).traced("INNER")))
        };
        join((0..4).map(|_| inner()).collect()).await;
    };
    let mut outer = pin!(with(7, || outer.in_current_context()));
    poll_pending(outer.as_mut());
    let ((), called) = calls(|| poll_pending(outer.as_mut()));
    let once = Calls {
        captures: 0,
        installs: 1,
        restores: 1,
    };
    assert_eq!(
        (seen.get(), called),
        (7, once),
        "though nine frames became current"
    );
}

#[test]
fn a_capture_of_what_is_installed_captures_nothing_anew() {
    begin();
    let resource = with(7, || AsyncResource::new("R"));
    let (inner, called) = resource.run_in_async_scope(|| {
        calls(|| {
            let inner = AsyncResource::new("R");
            assert_eq!(inner.run_in_async_scope(current), 7);
            inner // its destroy is delivered with nothing current
        })
    });
    drop(inner);
    assert_eq!(
        called,
        Calls {
            captures: 0,
            installs: 0,
            restores: 0
        }
    );
    let (_, called) = calls(|| AsyncResource::new("R"));
    assert_eq!(called.captures, 0, "nothing is current");
}

// Beside the stores.

#[test]
fn what_is_captured_has_the_stores_of_its_frame() {
    begin();
    let resource = STORE.run(1, || OTHER.run(2, || with(7, || AsyncResource::new("R"))));
    let seen = resource.run_in_async_scope(|| (current(), STORE.get(), OTHER.get()));
    assert_eq!(seen, (7, Some(1), Some(2)));
    let entered = resource.run_in_async_scope(|| {
        STORE.enter_with(3);
        let inner = with(8, || AsyncResource::new("R"));
        OTHER.enter_with(4);
        inner.run_in_async_scope(|| (current(), STORE.get(), OTHER.get()))
    });
    assert_eq!(entered, (8, Some(3), Some(2)));
}

#[test]
fn the_rule_of_captures_looks_through_it() {
    begin();
    let seen = Cell::new((0, None));
    let f = || {
        poll_fn(|_| {
            seen.set((current(), STORE.get()));
            Poll::<()>::Pending
        })
        .traced("F")
    };
    // the argument is evaluated before the scope is entered, and yet the scope applies
    let mut future = pin!(with(7, || STORE.scope(1, f())));
    poll_pending(future.as_mut());
    assert_eq!(seen.get(), (7, Some(1)));
    let mut nested =
        pin!(OTHER.run::<_, Value>(2, || with(7, || STORE.scope(1, OTHER.scope(3, f())))));
    poll_pending(nested.as_mut());
    assert_eq!(seen.get(), (7, Some(1)));
    let unrelated = with(7, f);
    let mut poller = pin!(STORE.scope(9, unrelated));
    STORE.run(5, || poll_pending(poller.as_mut()));
    assert_eq!(seen.get(), (7, Some(9)));
}

#[test]
fn stores_that_spawned_work_does_not_inherit_show_where_they_were_captured() {
    begin();
    let seen = OPEN.run(1, || {
        let resource = with(6, || AsyncResource::new("R"));
        let here = resource.run_in_async_scope(|| (current(), OPEN.get()));
        (here, resource)
    });
    assert_eq!(seen.0, (6, Some(1)));
    assert_eq!(
        seen.1.run_in_async_scope(|| (current(), OPEN.get())),
        (6, None)
    );
    let mut task = OPEN.run(1, || with(6, || TaskContext::new("TASK")));
    for _ in 0..2 {
        let scope = task.enter();
        assert_eq!((current(), OPEN.get()), (6, None));
        STORE.enter_with(2);
        let seen = Cell::new(0);
        let mut inner = pin!(reads(&seen).in_current_context());
        poll_pending(inner.as_mut());
        assert_eq!(seen.get(), 6);
        task.leave(scope);
    }
    assert_eq!((current(), OPEN.get(), STORE.get()), (0, None, None));
}

#[test]
fn guards_that_end_out_of_order_leave_it() {
    begin();
    let resource = with(7, || AsyncResource::new("R"));
    resource.run_in_async_scope(|| {
        let first = STORE.with_scope(1);
        let second = OTHER.with_scope(2);
        let inner = with(8, || AsyncResource::new("R"));
        drop(first);
        assert_eq!((current(), STORE.get(), OTHER.get()), (7, None, Some(2)));
        let seen = inner.run_in_async_scope(|| (current(), STORE.get(), OTHER.get()));
        assert_eq!(seen, (8, Some(1), Some(2)));
        drop(second);
        assert_eq!(
            with(9, || AsyncResource::new("R")).run_in_async_scope(current),
            9
        );
        STORE.disable();
        assert_eq!(AsyncResource::new("R").run_in_async_scope(current), 7);
    });
    assert_eq!(current(), 0);
}

#[test]
fn a_panic_of_the_work_restores_what_was_there() {
    begin();
    let resource = with(5, || STORE.run(3, || AsyncResource::new("R")));
    let work = || resource.run_in_async_scope(|| std::panic::resume_unwind(Box::new("on purpose")));
    let unwound: Result<(), _> = catch_unwind(AssertUnwindSafe(work));
    assert!(unwound.is_err());
    assert_eq!((current(), STORE.get()), (0, None));
    let mut future = Box::pin(with(6, || {
        async { std::panic::resume_unwind(Box::new(())) }.in_current_context()
    }));
    let unwound: Result<Poll<()>, _> = catch_unwind(AssertUnwindSafe(|| poll(future.as_mut())));
    assert!(unwound.is_err());
    assert_eq!(current(), 0);
}

// Size.

#[test]
fn frames_do_not_grow_from_task_to_task() {
    begin();
    let depth = || ah_core::frame::Frame::capture().depth();
    let mut task = STORE.run(1, || with(1, || AsyncResource::new("TASK")));
    for turn in 2..if cfg!(miri) { 40 } else { 400 } {
        let (next, captured) = task.run_in_async_scope(|| {
            OTHER.enter_with(turn);
            with(turn, || (AsyncResource::new("TASK"), depth()))
        });
        assert!(
            captured <= 4,
            "one entry for each storage, one of the environment, one of bridges: {captured}"
        );
        task = next;
    }
}

#[test]
fn a_million_polls_leave_nothing() {
    begin();
    let seen = Cell::new(0);
    let mut outer = pin!(with(7, || STORE.scope(1, reads(&seen))));
    let mut inner = pin!(with(8, || STORE.scope(1, reads(&seen))));
    for _ in 0..if cfg!(miri) { 30 } else { 1_000 } {
        poll_pending(outer.as_mut());
        poll_pending(inner.as_mut());
    }
    assert_eq!((seen.get(), current()), (8, 0));
}
