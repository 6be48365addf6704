//! Depth and length: nothing recurses when it is dropped, and nothing grows that need not.
//!
//! What nests is the test's own closures, on a thread with a stack for them; what is dropped later is dropped on a small one.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex},
    thread::Builder,
};

use async_hooks::{AsyncLocalStorage, AsyncResource, Snapshot, Task};
use futures::FutureExt as _;

const DEEP: u32 = 100_000;

static DEPTH: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
static OTHER: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::new();

fn with_stack<R: Send + 'static>(size: usize, f: impl FnOnce() -> R + Send + 'static) -> R {
    let thread = Builder::new().stack_size(size).spawn(f).unwrap();
    thread.join().unwrap()
}

/// On a stack on which nothing deep may recurse.
fn with_small_stack<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    with_stack(128 << 10, f)
}

fn with_big_stack<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    with_stack(1 << 30, f)
}

/// Runs `innermost` in so many runs.
fn nested(left: u32, innermost: &dyn Fn()) {
    if left == 0 {
        return innermost();
    }
    DEPTH.run(left, || {
        nested(left - 1, innermost);
        assert_eq!(DEPTH.get(), Some(left));
    });
}

#[test]
fn a_hundred_thousand_runs_nest_and_each_puts_back_the_one_before() {
    with_big_stack(|| {
        nested(DEEP, &|| assert_eq!(DEPTH.get(), Some(1)));
        assert_eq!(DEPTH.get(), None);
    });
}

#[test]
fn a_panic_unwinds_through_a_hundred_thousand_runs() {
    with_big_stack(|| {
        let unwinding = || nested(DEEP, &|| std::panic::resume_unwind(Box::new(())));
        assert!(std::panic::catch_unwind(unwinding).is_err());
        assert_eq!(DEPTH.get(), None);
    });
}

#[test]
fn what_was_captured_in_a_hundred_thousand_runs_is_dropped_without_recursion() {
    let value = Arc::new(());
    let kept = value.clone();
    let snapshot: Snapshot = with_big_stack(move || {
        let innermost = std::cell::Cell::new(None);
        OTHER.run(kept, || {
            nested(DEEP, &|| innermost.set(Some(async_hooks::snapshot())))
        });
        innermost.take().unwrap()
    });
    with_small_stack(move || {
        assert_eq!(snapshot.run(|| DEPTH.get()), Some(1));
        drop(snapshot);
    });
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn a_hundred_thousand_resource_scopes_nest() {
    fn nested(left: u32) {
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| {
            assert_eq!(async_hooks::execution_async_id(), resource.async_id());
            if left > 0 {
                nested(left - 1);
            }
        });
    }
    with_big_stack(|| {
        nested(DEEP);
        assert_eq!(
            async_hooks::execution_async_id(),
            async_hooks::AsyncId::ROOT
        );
    });
}

#[test]
fn a_hundred_thousand_guards_end_in_either_order() {
    with_small_stack(|| {
        let mut guards: Vec<_> = (0..1000).map(|n| DEPTH.with_scope(n)).collect();
        guards.reverse();
        drop(guards); // from the innermost out
        assert_eq!(DEPTH.get(), None);
        let mut guards: Vec<_> = (0..DEEP).map(|n| DEPTH.with_scope(n)).collect();
        while let Some(guard) = guards.pop() {
            drop(guard);
        }
        assert_eq!(DEPTH.get(), None);
    });
}

type Tasks = Arc<Mutex<VecDeque<Task<Pin<Box<dyn Future<Output = ()> + Send>>>>>>;

/// A task that makes the next one, in scopes of its own.
fn make_task(tasks: &Tasks, left: u32, value: &Arc<()>) {
    let body = {
        let (tasks, value) = (tasks.clone(), value.clone());
        async move {
            assert_eq!(DEPTH.get(), Some(left));
            assert!(Arc::strong_count(&value) < 1000, "older stores pile up");
            if left > 0 {
                make_task(&tasks, left - 1, &value);
            }
        }
    };
    let body: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(body);
    let make = || DEPTH.run::<_, async_hooks::Value>(left, || Task::new(body));
    let task = OTHER.run::<_, async_hooks::Value>(value.clone(), make);
    tasks.lock().unwrap().push_back(task);
}

#[test]
fn a_million_tasks_each_of_which_makes_the_next_leave_nothing() {
    let value = Arc::new(());
    let kept = value.clone();
    with_small_stack(move || {
        let tasks = Tasks::default();
        make_task(&tasks, 1_000_000, &kept);
        let mut run = 0;
        loop {
            let Some(task) = tasks.lock().unwrap().pop_front() else {
                break;
            };
            assert!(task.now_or_never().is_some());
            run += 1;
        }
        assert_eq!(run, 1_000_001);
    });
    assert_eq!(Arc::strong_count(&value), 1);
}
