//! What hooks receive of tasks.

use std::{
    future::pending,
    sync::mpsc::{Receiver, channel},
};

use ah_testing::Collector;
use ah_tokio as tokio;
use async_hooks::{AsyncId, Phase};

use crate::{REQUEST_ID, current_thread, on_both};

/// The events of one resource, in order.
fn events_of(collector: &Collector, id: AsyncId) -> Vec<Phase> {
    let events = collector.events();
    let of_it = events.iter().filter(|event| event.async_id == id);
    of_it.map(|event| event.phase).collect()
}

/// The id and the trigger of the only resource of this type.
fn made(collector: &Collector, ty: &str) -> (AsyncId, AsyncId) {
    let events = collector.events();
    let mut inits = events
        .iter()
        .filter(|event| event.phase == Phase::Init && event.resource_type == Some(ty));
    let init = inits.next().expect("one was made");
    assert!(inits.next().is_none(), "only one was made");
    (init.async_id, init.trigger_async_id.unwrap())
}

#[test]
fn a_task_is_one_resource_caused_by_its_spawner() {
    on_both(|runtime, collector| {
        let parent = async_hooks::AsyncResource::new("PARENT");
        let task = parent.run_in_async_scope::<_, async_hooks::Value>(|| {
            runtime.spawn(async {
                tokio::task::yield_now().await;
                async_hooks::execution_async_id()
            })
        });
        let inside = runtime.block_on(task).unwrap();
        let (id, trigger) = made(collector, async_hooks::TASK);
        assert_eq!((id, trigger), (inside, parent.async_id()));
    });
    // the end is delivered by the time the runtime is dropped
    ah_testing::checked(|collector| {
        let runtime = current_thread();
        let task = runtime.spawn(async { tokio::task::yield_now().await });
        runtime.block_on(task).unwrap();
        drop(runtime);
        use Phase::{After, Before, Destroy, Init};
        assert_eq!(
            events_of(collector, made(collector, async_hooks::TASK).0),
            [Init, Before, After, Before, After, Destroy]
        );
    });
}

#[test]
fn blocking_work_is_a_resource_that_is_entered_once() {
    on_both(|runtime, collector| {
        let (id, from) = channel();
        let task =
            runtime.spawn_blocking(move || id.send(async_hooks::execution_async_id()).unwrap());
        runtime.block_on(task).unwrap();
        let id = from.recv().unwrap();
        assert_eq!(made(collector, tokio::task::BLOCKING), (id, AsyncId::ROOT));
        use Phase::{After, Before, Destroy, Init};
        assert_eq!(events_of(collector, id), [Init, Before, After, Destroy]);
    });
}

#[test]
fn a_task_that_is_aborted_before_its_first_poll_is_made_and_destroyed() {
    ah_testing::checked(|collector| {
        let runtime = current_thread();
        let task = runtime.spawn(pending::<()>());
        task.abort();
        assert!(runtime.block_on(task).unwrap_err().is_cancelled());
        drop(runtime);
        let id = made(collector, async_hooks::TASK).0;
        let events = events_of(collector, id);
        assert_eq!(
            (events[0], *events.last().unwrap()),
            (Phase::Init, Phase::Destroy)
        );
    });
}

/// Reports the context in which it is dropped.
struct TellsContext(std::sync::mpsc::Sender<(Option<u64>, AsyncId)>);

impl Drop for TellsContext {
    fn drop(&mut self) {
        self.0
            .send((REQUEST_ID.get(), async_hooks::execution_async_id()))
            .unwrap();
    }
}

fn telling() -> (TellsContext, Receiver<(Option<u64>, AsyncId)>) {
    let (tell, told) = channel();
    (TellsContext(tell), told)
}

#[test]
fn a_cancelled_task_is_dropped_in_its_own_context() {
    on_both(|runtime, collector| {
        let (value, told) = telling();
        let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || {
            runtime.spawn(async move {
                let _value = value;
                pending::<()>().await
            })
        });
        runtime.block_on(tokio::task::yield_now());
        task.abort();
        assert!(runtime.block_on(task).unwrap_err().is_cancelled());
        let id = made(collector, async_hooks::TASK).0;
        assert_eq!(told.recv().unwrap(), (Some(7), id));
    });
}

#[test]
fn a_task_that_its_runtime_drops_is_dropped_in_its_own_context() {
    for polled in [false, true] {
        ah_testing::checked(|collector| {
            let runtime = current_thread();
            let (value, told) = telling();
            let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || {
                runtime.spawn(async move {
                    let _value = value;
                    pending::<()>().await
                })
            });
            if polled {
                runtime.block_on(tokio::task::yield_now());
            }
            drop((runtime, task));
            let id = made(collector, async_hooks::TASK).0;
            assert_eq!(told.recv().unwrap(), (Some(7), id));
        });
    }
}

#[test]
fn a_panic_leaves_the_worker_as_it_was() {
    on_both(|runtime, collector| {
        let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || {
            runtime.spawn(async {
                REQUEST_ID.enter_with(8);
                tokio::task::yield_now().await;
                panic!("a test panics");
            })
        });
        assert!(runtime.block_on(task).unwrap_err().is_panic());
        let after = runtime.spawn(async { (REQUEST_ID.get(), async_hooks::trigger_async_id()) });
        assert_eq!(runtime.block_on(after).unwrap(), (None, AsyncId::ROOT));
        let panics = async_hooks::AsyncResource::new("AFTER");
        assert_eq!(collector.count(Phase::Init, panics.async_id()), 1);
    });
}

#[test]
fn a_blocking_task_that_never_runs_is_destroyed() {
    ah_testing::checked(|collector| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.max_blocking_threads(1).build().unwrap();
        let (go, gone) = channel::<()>();
        let first = runtime.spawn_blocking(move || gone.recv().ok());
        let second = runtime.spawn_blocking(|| ());
        second.abort(); // it has not begun: the only thread is busy
        drop(go);
        runtime.block_on(first).unwrap();
        assert!(runtime.block_on(second).unwrap_err().is_cancelled());
        drop(runtime);
        let inits = collector.events();
        let inits = inits
            .iter()
            .filter(|event| event.phase == Phase::Init)
            .count();
        assert_eq!(inits, 2);
    });
}
