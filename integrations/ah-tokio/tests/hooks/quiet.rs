//! While no hook listens, polls take shorter ways: what is seen in a task is the same, and nothing is left.

use std::{
    future::{pending, poll_fn},
    sync::{Arc, Mutex},
    task::Poll,
    thread,
};

use async_hooks::{
    AsyncId,
    embedder::{self, Quiet},
};
use tokio::{runtime::Runtime, task::yield_now};

use crate::{REQUEST_ID, alone, current_thread, multi_thread, stress::storm};

/// Runs a test on both kinds of runtime, where no hook of another test listens.
fn on_both(test: impl Fn(&Runtime)) {
    for make in [current_thread, || multi_thread(2)] {
        unheard(|| {
            let runtime = make();
            test(&runtime);
            drop(runtime); // waits for its threads
        });
    }
}

fn unheard(test: impl FnOnce()) {
    let _alone = alone();
    assert_eq!(ah_tokio::instrumented_tasks(), 0);
    test();
    assert_eq!(ah_tokio::instrumented_tasks(), 0);
    assert_eq!(here(), (None, AsyncId::ROOT));
    assert!(Quiet::here().is_some(), "nothing is left on this thread");
}

fn here() -> (Option<u64>, AsyncId) {
    (REQUEST_ID.get(), async_hooks::execution_async_id())
}

#[test]
fn a_task_has_the_same_id_in_all_its_polls_and_its_spawner_as_trigger() {
    on_both(|runtime| {
        let parent = runtime.spawn(async {
            let parent = async_hooks::execution_async_id();
            let child = tokio::spawn(async move {
                let first = (
                    async_hooks::execution_async_id(),
                    async_hooks::trigger_async_id(),
                );
                yield_now().await;
                assert_eq!(
                    (
                        async_hooks::execution_async_id(),
                        async_hooks::trigger_async_id()
                    ),
                    (first.0, parent)
                );
                first
            });
            let (child, trigger) = child.await.unwrap();
            (parent, child, trigger, async_hooks::execution_async_id())
        });
        let (parent, child, trigger, still) = runtime.block_on(parent).unwrap();
        assert!(child > parent && parent > AsyncId::ROOT);
        assert_eq!((trigger, still), (parent, parent));
    });
}

#[test]
fn a_store_that_a_poll_leaves_is_there_in_the_next_and_goes_with_the_task() {
    on_both(|runtime| {
        let task = runtime.spawn(async {
            assert_eq!(REQUEST_ID.get(), None);
            for number in 0..200 {
                REQUEST_ID.enter_with(number);
                yield_now().await;
                assert_eq!(REQUEST_ID.get(), Some(number));
            }
            REQUEST_ID.disable();
            yield_now().await;
            here()
        });
        let (store, id) = runtime.block_on(task).unwrap();
        assert_eq!(store, None);
        assert!(id > AsyncId::ROOT);
        let next = runtime.spawn(async { REQUEST_ID.get() });
        assert_eq!(runtime.block_on(next).unwrap(), None);
    });
}

#[test]
fn tasks_with_stores_and_without_take_turns_with_work_stealing() {
    unheard(|| multi_thread(4).block_on(storm()));
    unheard(|| current_thread().block_on(storm()));
}

#[test]
fn a_future_that_is_blocked_on_sees_no_task_that_runs_beside_it() {
    unheard(|| {
        let runtime = current_thread();
        let outside = runtime.spawn(async {
            yield_now().await;
            REQUEST_ID.get()
        });
        REQUEST_ID.run(7, || {
            assert_eq!(runtime.block_on(outside).unwrap(), None);
            let task = runtime.spawn(async {
                REQUEST_ID.enter_with(8);
                for _ in 0..10 {
                    yield_now().await;
                }
            });
            runtime.block_on(async {
                for _ in 0..10 {
                    yield_now().await;
                    assert_eq!(REQUEST_ID.get(), Some(7));
                }
                task.await.unwrap();
            });
        });
    });
}

#[test]
fn a_task_that_blocks_on_another_runtime_is_back_in_its_context_afterwards() {
    for store in [None, Some(7)] {
        unheard(|| {
            let (outer, inner) = (multi_thread(2), Arc::new(current_thread()));
            let task = {
                let inner = inner.clone();
                async move {
                    let before = here();
                    let nested = tokio::task::block_in_place(|| {
                        // the loop is apart from the task, as that of a runtime of ours
                        embedder::drive(
                            async {
                                let other = tokio::spawn(async {
                                    yield_now().await;
                                    REQUEST_ID.enter_with(8);
                                    yield_now().await;
                                    here()
                                });
                                let other = other.await.unwrap();
                                assert_eq!(here(), before);
                                other
                            },
                            |future| inner.block_on(future),
                        )
                    });
                    assert_eq!(here(), before);
                    (before, nested)
                }
            };
            let task = match store {
                Some(number) => {
                    REQUEST_ID.run::<_, async_hooks::Value>(number, || outer.spawn(task))
                }
                None => outer.spawn(task),
            };
            let (before, nested) = outer.block_on(task).unwrap();
            assert_eq!((before.0, nested.0), (store, Some(8)));
            assert_ne!(before.1, nested.1);
            drop((outer, inner));
        });
    }
}

#[test]
fn what_a_poll_leaves_open_is_closed_at_its_end() {
    on_both(|runtime| {
        for panics in [false, true] {
            let task = runtime.spawn(async move {
                embedder::emit_before(embedder::new_async_id(), AsyncId::ROOT);
                let _trigger = async_hooks::default_trigger_async_id_scope(AsyncId::ROOT, here);
                assert!(!panics, "a test panics");
            });
            assert_eq!(runtime.block_on(task).is_err(), panics);
            let next = runtime.spawn(async { (REQUEST_ID.get(), async_hooks::trigger_async_id()) });
            assert_eq!(runtime.block_on(next).unwrap(), (None, AsyncId::ROOT));
        }
    });
}

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<(&'static str, AsyncId)>>>);

impl Heard {
    fn on(&self, what: &'static str) -> impl Fn(AsyncId) + Send + Sync + use<> {
        let heard = self.0.clone();
        move |id| heard.lock().unwrap().push((what, id))
    }
}

#[test]
fn a_hook_that_is_enabled_within_a_poll_hears_its_end() {
    for store in [None, Some(7)] {
        unheard(|| {
            let heard = Heard::default();
            let hooks = async_hooks::Hooks::builder()
                .before(heard.on("before"))
                .after(heard.on("after"))
                .destroy(heard.on("destroy"));
            let hook = async_hooks::create_hook(hooks.build());
            let runtime = current_thread();
            let enabled = hook.clone();
            let task = async move {
                yield_now().await;
                enabled.enable();
                yield_now().await;
                async_hooks::execution_async_id()
            };
            let task = match store {
                Some(number) => {
                    REQUEST_ID.run::<_, async_hooks::Value>(number, || runtime.spawn(task))
                }
                None => runtime.spawn(task),
            };
            let id = runtime.block_on(task).unwrap();
            hook.disable();
            let heard = heard.0.lock().unwrap().clone();
            assert_eq!(
                heard,
                [
                    ("after", id),
                    ("before", id),
                    ("after", id),
                    ("destroy", id)
                ]
            );
        });
    }
}

#[test]
fn what_is_destroyed_in_a_poll_is_heard_at_its_end() {
    unheard(|| {
        let heard = Heard::default();
        let destroyed = heard.on("destroy");
        let hooks = async_hooks::Hooks::builder().destroy(move |id| {
            assert_eq!(here(), (None, AsyncId::NONE));
            destroyed(id);
        });
        let hook = async_hooks::create_hook(hooks.build());
        hook.enable();
        let runtime = current_thread();
        let of_task = heard.clone();
        let task = runtime.spawn(async move {
            let resource = async_hooks::AsyncResource::new("DBQuery");
            let id = resource.async_id();
            drop(resource);
            assert!(of_task.0.lock().unwrap().is_empty());
            yield_now().await;
            assert_eq!(*of_task.0.lock().unwrap(), [("destroy", id)]);
        });
        runtime.block_on(task).unwrap();
        hook.disable();
        assert_eq!(heard.0.lock().unwrap().len(), 2);
    });
}

#[test]
fn aborts_and_shutdowns_at_any_moment_leave_nothing() {
    on_both(|runtime| {
        let mut tasks = Vec::new();
        for number in 0..2_000 {
            let mut polls = 0;
            let task = async move {
                if number % 3 == 0 {
                    REQUEST_ID.enter_with(number);
                }
                poll_fn(|cx| {
                    polls += 1;
                    if polls < number % 7 {
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    Poll::Ready(())
                })
                .await;
                pending::<()>().await;
            };
            let task = if number % 2 == 0 {
                runtime.spawn(task)
            } else {
                REQUEST_ID.run::<_, async_hooks::Value>(7, || runtime.spawn(task))
            };
            if number % 5 == 0 {
                task.abort();
            }
            tasks.push(task);
        }
        runtime.block_on(yield_now());
        for task in tasks.iter().step_by(2) {
            task.abort();
        }
        for task in tasks.into_iter().step_by(2) {
            assert!(runtime.block_on(task).unwrap_err().is_cancelled());
        }
    });
}

#[test]
fn two_workers_pass_a_task_to_and_fro_that_enters_a_store_now_and_then() {
    unheard(|| {
        let runtime = multi_thread(2);
        let task = runtime.spawn(async {
            let id = async_hooks::execution_async_id();
            let mut entered = None;
            for step in 0..5_000 {
                match step % 8 {
                    0 => {
                        REQUEST_ID.enter_with(step);
                        entered = Some(step);
                    }
                    4 => {
                        REQUEST_ID.disable();
                        entered = None;
                    }
                    _ => (),
                }
                let (store, now) = (REQUEST_ID.get(), async_hooks::execution_async_id());
                assert_eq!((store, now), (entered, id));
                yield_now().await;
            }
        });
        let busy = runtime.spawn(async {
            for _ in 0..5_000 {
                yield_now().await;
            }
        });
        runtime.block_on(async {
            task.await.unwrap();
            busy.await.unwrap();
        });
        thread::yield_now();
    });
}

#[test]
fn no_thread_is_quiet_within_a_poll() {
    unheard(|| {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let of_hook = seen.clone();
        let hooks = async_hooks::Hooks::builder().init(move |_| {
            // a loop in a callback is apart from all that surrounds the callback
            let is_quiet = embedder::drive(async {}, |_| Quiet::here().is_some());
            of_hook.lock().unwrap().push(is_quiet);
        });
        let hook = async_hooks::create_hook(hooks.build());
        let runtime = current_thread();
        let task = runtime.spawn(async move {
            assert!(Quiet::here().is_none());
            hook.enable();
            drop(async_hooks::AsyncResource::new("DBQuery"));
            hook.disable();
        });
        runtime.block_on(task).unwrap();
        assert_eq!(*seen.lock().unwrap(), [false]);
    });
}
