//! Nobody waits for the callbacks of a task: others poll it, end it and shut it down meanwhile.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use ah_tokio::{TaskCallbacks, instrument};
use async_hooks::{AsyncHook, AsyncId, Phase};
use tokio::{
    runtime::{Builder, Runtime},
    sync::oneshot,
    task::yield_now,
};

use crate::{REQUEST_ID, alone, checked};

/// A callback that stops, once, until the test lets it go on.
struct Stop {
    /// The task that it is for.
    id: AtomicU64,
    reached: Mutex<Sender<()>>,
    go_on: Mutex<Receiver<()>>,
}

impl Stop {
    fn new() -> (Arc<Self>, Receiver<()>, Sender<()>) {
        let ((reached, is_reached), (go_on, goes_on)) = (channel(), channel());
        let stop = Self {
            id: AtomicU64::new(0),
            reached: Mutex::new(reached),
            go_on: Mutex::new(goes_on),
        };
        (Arc::new(stop), is_reached, go_on)
    }

    fn for_this_task(&self) {
        self.id
            .store(async_hooks::execution_async_id().get(), SeqCst);
    }

    fn stop(&self, id: AsyncId) {
        let mine = self
            .id
            .compare_exchange(id.get(), u64::MAX, SeqCst, SeqCst)
            .is_ok();
        if mine {
            self.reached.lock().unwrap().send(()).unwrap();
            wait(&self.go_on.lock().unwrap());
        }
    }
}

/// Waits for what would never come if somebody waited for the callback.
fn wait<T>(receiver: &Receiver<T>) -> T {
    let received = receiver.recv_timeout(Duration::from_secs(30));
    received.expect("nobody waits for a callback")
}

fn two_workers(callbacks: TaskCallbacks) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2);
    instrument(&mut builder, callbacks);
    builder.build().expect("a runtime")
}

fn no_callbacks() -> TaskCallbacks {
    TaskCallbacks::new()
}

/// While a callback after the first poll is stopped, the other worker polls the task to its end, and others.
fn polls_on_while_stopped(
    callbacks: impl FnOnce(&Arc<Stop>) -> TaskCallbacks,
    hook: impl FnOnce(&Arc<Stop>) -> Option<AsyncHook>,
) {
    let (stop, reached, go_on) = Stop::new();
    let runtime = two_workers(callbacks(&stop));
    let hook = hook(&stop);
    hook.iter().for_each(|hook| _ = hook.enable());
    let (wake, woken) = oneshot::channel::<()>();
    let (done, is_done) = channel();
    let of_task = stop.clone();
    let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || {
        runtime.spawn(async move {
            REQUEST_ID.enter_with(8);
            of_task.for_this_task();
            let id = async_hooks::execution_async_id();
            drop(async_hooks::AsyncResource::new("DBQuery")); // its destroy comes at the end of the poll
            woken.await.unwrap();
            assert_eq!(
                (REQUEST_ID.get(), async_hooks::execution_async_id()),
                (Some(8), id)
            );
            REQUEST_ID.enter_with(9);
            yield_now().await;
            assert_eq!(REQUEST_ID.get(), Some(9));
            done.send(()).unwrap();
        })
    });
    wait(&reached);
    wake.send(()).unwrap();
    wait(&is_done);
    runtime.block_on(task).unwrap();
    runtime.block_on(runtime.spawn(async {})).unwrap(); // one that has nothing to do with it
    go_on.send(()).unwrap();
    drop(runtime);
    hook.iter().for_each(|hook| _ = hook.disable());
}

fn as_the_poll_left_it(stop: &Stop, id: AsyncId) {
    let seen = || (REQUEST_ID.get(), async_hooks::execution_async_id());
    let before = seen();
    stop.stop(id);
    assert_eq!(before, seen(), "the next poll changes nothing here");
}

#[test]
fn a_task_is_polled_while_its_after_hooks_run() {
    checked(|_| {
        polls_on_while_stopped(
            |_| no_callbacks(),
            |stop| {
                let stop = stop.clone();
                let hooks =
                    async_hooks::Hooks::builder().after(move |id| as_the_poll_left_it(&stop, id));
                Some(async_hooks::create_hook(hooks.build()))
            },
        );
    });
}

#[test]
fn a_task_is_polled_while_the_callback_after_its_poll_runs() {
    checked(|_| {
        polls_on_while_stopped(
            |stop| {
                let stop = stop.clone();
                no_callbacks().on_after_task_poll(move |_| {
                    as_the_poll_left_it(&stop, async_hooks::execution_async_id());
                })
            },
            |_| None,
        );
    });
}

#[test]
fn a_task_is_polled_while_the_callback_after_its_poll_runs_and_no_hook_listens() {
    let _alone = alone();
    polls_on_while_stopped(
        |stop| {
            let stop = stop.clone();
            no_callbacks().on_after_task_poll(move |_| {
                as_the_poll_left_it(&stop, async_hooks::execution_async_id());
            })
        },
        |_| None,
    );
    assert_eq!(ah_tokio::instrumented_tasks(), 0);
}

#[test]
fn a_task_is_polled_while_it_is_told_what_was_destroyed_in_its_poll() {
    let _alone = alone();
    polls_on_while_stopped(
        |_| no_callbacks(),
        |stop| {
            let stop = stop.clone();
            let hooks = async_hooks::Hooks::builder().destroy(move |_| {
                let id = AsyncId::new(stop.id.load(SeqCst)).expect("the id of a resource");
                stop.stop(id);
            });
            Some(async_hooks::create_hook(hooks.types(["DBQuery"]).build()))
        },
    );
    assert_eq!(ah_tokio::instrumented_tasks(), 0);
}

#[test]
fn a_task_is_destroyed_after_the_last_of_its_callbacks() {
    checked(|collector| {
        let at_go_on = Mutex::new(0);
        let (stop, reached, go_on) = Stop::new();
        let of_hook = stop.clone();
        let runtime = two_workers(no_callbacks());
        let hooks = async_hooks::Hooks::builder().after(move |id| of_hook.stop(id));
        let hook = async_hooks::create_hook(hooks.build());
        hook.enable();
        let (wake, woken) = oneshot::channel::<()>();
        let task = runtime.spawn(async move {
            stop.for_this_task();
            woken.await.unwrap();
            async_hooks::execution_async_id()
        });
        wait(&reached);
        wake.send(()).unwrap();
        let id = runtime.block_on(task).unwrap();
        runtime.block_on(runtime.spawn(async {})).unwrap(); // the other worker has left the last poll
        let is_destroyed = |events: &[ah_testing::Event]| {
            let destroyed =
                |event: &ah_testing::Event| event.async_id == id && event.phase == Phase::Destroy;
            events.iter().any(destroyed)
        };
        assert!(!is_destroyed(&collector.events()));
        *at_go_on.lock().unwrap() = collector.events().len();
        go_on.send(()).unwrap();
        drop(runtime);
        let events = collector.events();
        assert!(is_destroyed(&events[at_go_on.into_inner().unwrap()..]));
        hook.disable();
    });
}

/// While a callback before the first poll is stopped, the task is shut down.
fn is_shut_down_while_stopped(
    callbacks: impl FnOnce(&Arc<Stop>) -> TaskCallbacks,
    hook: impl FnOnce(&Arc<Stop>) -> Option<AsyncHook>,
) {
    let (stop, reached, go_on) = Stop::new();
    let (terminated, is_terminated) = channel();
    let terminated = Mutex::new(terminated);
    let callbacks = callbacks(&stop).on_task_terminate(move |_| {
        let seen = (
            REQUEST_ID.get(),
            async_hooks::execution_async_id(),
            thread::current().id(),
        );
        terminated.lock().unwrap().send(seen).unwrap();
    });
    let of_spawn = stop.clone();
    let runtime = two_workers(callbacks.on_task_spawn(move |_| of_spawn.for_this_task()));
    let hook = hook(&stop);
    hook.iter().for_each(|hook| _ = hook.enable());
    REQUEST_ID.run::<_, async_hooks::Value>(7, || {
        drop(runtime.spawn(async { unreachable!("it is shut down") }));
    });
    wait(&reached);
    thread::scope(|scope| {
        scope.spawn(|| drop(runtime)); // waits for the callback, as it waits for its threads
        let (store, id, _) = wait(&is_terminated);
        assert_eq!(store, Some(7));
        assert!(id > AsyncId::ROOT);
        go_on.send(()).unwrap();
    });
    hook.iter().for_each(|hook| _ = hook.disable());
}

#[test]
fn a_task_is_shut_down_while_its_before_hooks_run() {
    checked(|collector| {
        is_shut_down_while_stopped(
            |_| no_callbacks(),
            |stop| {
                let stop = stop.clone();
                let hooks = async_hooks::Hooks::builder().before(move |id| stop.stop(id));
                Some(async_hooks::create_hook(hooks.build()))
            },
        );
        let events = collector.events();
        let phases: Vec<_> = events.iter().map(|event| event.phase).collect();
        use Phase::{After, Before, Destroy, Init};
        assert_eq!(phases, [Init, Before, After, Destroy]);
    });
}

#[test]
fn a_task_is_shut_down_while_the_callback_before_its_poll_runs() {
    checked(|_| {
        is_shut_down_while_stopped(
            |stop| {
                let stop = stop.clone();
                no_callbacks()
                    .on_before_task_poll(move |_| stop.stop(async_hooks::execution_async_id()))
            },
            |_| None,
        );
    });
}

#[test]
fn what_a_callback_enters_before_a_poll_stays_and_after_it_ends() {
    checked(|_| {
        for store in [None, Some(7)] {
            let callbacks = TaskCallbacks::new()
                .on_before_task_poll(|_| {
                    let entered = REQUEST_ID.get().unwrap_or(0);
                    REQUEST_ID.enter_with(entered + 1);
                })
                .on_after_task_poll(|_| REQUEST_ID.enter_with(1_000));
            let mut builder = Builder::new_current_thread();
            instrument(&mut builder, callbacks);
            let runtime = builder.build().unwrap();
            let task = async {
                let first = REQUEST_ID.get();
                yield_now().await;
                (first, REQUEST_ID.get())
            };
            let task = match store {
                Some(number) => {
                    REQUEST_ID.run::<_, async_hooks::Value>(number, || runtime.spawn(task))
                }
                None => runtime.spawn(task),
            };
            let first = store.unwrap_or(0) + 1;
            let seen = runtime.block_on(task).unwrap();
            assert_eq!(seen, (Some(first), Some(first + 1)));
        }
    });
}
