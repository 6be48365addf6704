//! Wakes, and what is made of them.

use std::{
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
};

use ah_inspect::State;
use async_hooks::{AsyncResource, Task, prelude::*};

use crate::recorded::{Recorded, alive, one};

#[derive(Default)]
struct Count(Mutex<u32>);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        *self.0.lock().unwrap() += 1;
    }
}

/// A future that is pending until its flag is set, and leaves its waker.
fn waiting(left: &Arc<Mutex<Option<Waker>>>) -> impl Future<Output = ()> + use<> {
    let left = Arc::clone(left);
    let mut polls = 0;
    std::future::poll_fn(move |cx| {
        polls += 1;
        *left.lock().unwrap() = Some(cx.waker().clone());
        if polls == 3 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
}

#[test]
fn a_wake_is_by_what_runs_and_counts_once_a_poll() {
    let mut recorded = Recorded::start();
    let (left, count) = (Arc::default(), Arc::new(Count::default()));
    let mut task = Box::pin(Task::new(waiting(&left)));
    let outer = Waker::from(Arc::clone(&count));
    let mut cx = Context::from_waker(&outer);
    assert!(task.as_mut().poll(&mut cx).is_pending());
    assert_eq!(one("TASK").state, State::Waiting);

    let waker = left.lock().unwrap().clone().unwrap();
    let by = AsyncResource::new("By");
    by.run_in_async_scope(|| waker.wake_by_ref());
    waker.wake_by_ref();
    assert_eq!(
        *count.0.lock().unwrap(),
        2,
        "each wake arrives at the executor"
    );
    let woken = one("TASK");
    assert_eq!(
        (woken.state, woken.woken_by, woken.wakes),
        (State::Woken, by.async_id().get(), 1)
    );

    assert!(task.as_mut().poll(&mut cx).is_pending());
    let again = left.lock().unwrap().clone().unwrap();
    assert!(
        again.will_wake(&waker),
        "the same waker while the executor gives the same"
    );
    assert!(task.as_mut().poll(&mut cx).is_ready());
    assert_eq!(one("TASK").state, State::Finished);
    drop(task);
    let recording = recorded.stop();
    let task = recording
        .tasks()
        .iter()
        .find(|task| task.type_name() == "TASK")
        .unwrap();
    assert_eq!((task.polls().len(), task.wakes().len()), (3, 1));
    assert_eq!(task.wakes()[0].by, by.async_id().get());
    assert!(task.finished() <= task.destroyed());
}

#[test]
fn a_task_that_wakes_itself_is_told_from_others() {
    let _recorded = Recorded::start();
    let mut task = Box::pin(Task::new(std::future::poll_fn(|cx| {
        cx.waker().wake_by_ref();
        Poll::<()>::Pending
    })));
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..5 {
        assert!(task.as_mut().poll(&mut cx).is_pending());
    }
    let task = one("TASK");
    assert_eq!(
        (task.wakes, task.self_wakes, task.state),
        (5, 5, State::Woken)
    );
}

#[test]
fn a_tracked_future_is_woken_where_an_executor_polls_it() {
    let _recorded = Recorded::start();
    let (left, count) = (Arc::default(), Arc::new(Count::default()));
    let mut future = Box::pin(waiting(&left).traced("Future"));
    let outer = Waker::from(Arc::clone(&count));
    let mut cx = Context::from_waker(&outer);
    assert!(future.as_mut().poll(&mut cx).is_pending());
    left.lock().unwrap().take().unwrap().wake();
    assert_eq!(one("Future").state, State::Woken);
    assert_eq!(*count.0.lock().unwrap(), 1);
}

#[test]
fn a_waker_that_is_kept_keeps_nothing_alive() {
    let _recorded = Recorded::start();
    let value = Arc::new(());
    let (left, held) = (Arc::default(), Arc::clone(&value));
    let inner = waiting(&left);
    let mut task = Box::pin(Task::new(async move {
        inner.await;
        drop(held);
    }));
    assert!(
        task.as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    drop(task);
    assert_eq!(Arc::strong_count(&value), 1);
    assert_eq!(alive("TASK"), []);
    left.lock().unwrap().take().unwrap().wake(); // of what has ended: nothing happens
    assert_eq!(alive("TASK"), []);
}

#[test]
fn a_task_waits_for_its_thread_after_it_was_woken() {
    let _recorded = Recorded::start();
    let left = Arc::default();
    let mut task = Box::pin(Task::new(waiting(&left)));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(task.as_mut().poll(&mut cx).is_pending());
    assert_eq!(one("TASK").delay, 0);
    left.lock().unwrap().take().unwrap().wake();
    assert!(task.as_mut().poll(&mut cx).is_pending());
    let task = one("TASK");
    assert!(task.delay > 0, "{task:?}");
    assert!(
        task.longest_poll > 0 && task.busy >= task.longest_poll,
        "{task:?}"
    );
}
