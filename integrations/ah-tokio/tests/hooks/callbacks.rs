//! The user's own callbacks.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use ah_tokio::{TaskCallbacks, instrument};
use tokio::runtime::TaskMeta;

use crate::{REQUEST_ID, checked};

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    /// Notes the store and whether the task is in scope.
    fn on(&self, what: &'static str) -> impl Fn(&TaskMeta<'_>) + Send + Sync + use<> {
        let notes = self.0.clone();
        move |_| {
            let in_scope = async_hooks::execution_async_id() > async_hooks::AsyncId::ROOT;
            let note = format!("{what} {:?} {in_scope}", REQUEST_ID.get());
            notes.lock().unwrap().push(note);
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

const IN_CONTEXT: [&str; 6] = [
    "spawn Some(7) true",
    "before Some(7) true",
    "after Some(8) true",
    "before Some(8) true",
    "terminate Some(8) true",
    "after Some(8) true",
];

async fn enters_and_yields() {
    REQUEST_ID.enter_with(8);
    tokio::task::yield_now().await;
}

#[test]
fn callbacks_are_called_in_the_context_of_the_task() {
    checked(|_| {
        let notes = Notes::default();
        let callbacks = TaskCallbacks::new()
            .on_task_spawn(notes.on("spawn"))
            .on_before_task_poll(notes.on("before"))
            .on_after_task_poll(notes.on("after"))
            .on_task_terminate(notes.on("terminate"));
        let mut builder = tokio::runtime::Builder::new_current_thread();
        instrument(&mut builder, callbacks);
        let runtime = builder.build().unwrap();
        let task =
            REQUEST_ID.run::<_, async_hooks::Value>(7, || runtime.spawn(enters_and_yields()));
        runtime.block_on(task).unwrap();
        assert_eq!(notes.take(), IN_CONTEXT);
    });
}

#[test]
fn a_builder_of_ours_instruments_and_chains_the_callbacks_set_on_it() {
    checked(|_| {
        let notes = Notes::default();
        let mut builder = ah_tokio::runtime::Builder::new_current_thread();
        builder
            .on_task_spawn(notes.on("spawn"))
            .on_before_task_poll(notes.on("before"))
            .on_after_task_poll(notes.on("after"))
            .on_task_terminate(notes.on("terminate"));
        for _ in 0..2 {
            let runtime = builder.build().unwrap(); // more than once
            let plain = runtime.handle().clone().clone();
            let plain: &tokio::runtime::Handle = &plain;
            let task =
                REQUEST_ID.run::<_, async_hooks::Value>(7, || plain.spawn(enters_and_yields()));
            runtime.block_on(task).unwrap();
            assert_eq!(notes.take(), IN_CONTEXT);
        }
    });
}

#[test]
fn a_task_dropped_by_its_runtime_terminates_in_its_context() {
    checked(|_| {
        let notes = Notes::default();
        let callbacks = TaskCallbacks::new().on_task_terminate(notes.on("terminate"));
        let mut builder = tokio::runtime::Builder::new_current_thread();
        instrument(&mut builder, callbacks);
        let runtime = builder.build().unwrap();
        let task = std::future::pending::<()>();
        REQUEST_ID.run::<_, async_hooks::Value>(7, || drop(runtime.spawn(task)));
        drop(runtime);
        assert_eq!(notes.take(), ["terminate Some(7) true"]);
    });
}

#[test]
fn a_panic_in_a_callback_takes_its_way_and_leaves_the_thread_as_it_was() {
    checked(|_| {
        for phase in ["before", "after"] {
            let callbacks = TaskCallbacks::new();
            let callbacks = match phase {
                "before" => callbacks.on_before_task_poll(|_| panic!("a test panics")),
                _ => callbacks.on_after_task_poll(|_| panic!("a test panics")),
            };
            let mut builder = tokio::runtime::Builder::new_current_thread();
            instrument(&mut builder, callbacks);
            let runtime = builder.build().unwrap();
            let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || runtime.spawn(async {}));
            let blocked = catch_unwind(AssertUnwindSafe(|| runtime.block_on(task)));
            assert!(blocked.is_err());
            let here = (REQUEST_ID.get(), async_hooks::execution_async_id());
            assert_eq!(here, (None, async_hooks::AsyncId::ROOT), "{phase}");
            drop(runtime);
        }
    });
}

#[test]
fn a_panic_in_the_spawn_callback_leaves_the_spawner_in_its_context() {
    checked(|_| {
        let callbacks = TaskCallbacks::new().on_task_spawn(|_| panic!("a test panics"));
        let mut builder = tokio::runtime::Builder::new_current_thread();
        instrument(&mut builder, callbacks);
        let runtime = builder.build().unwrap();
        REQUEST_ID.run(7, || {
            let id = async_hooks::execution_async_id();
            let spawned = catch_unwind(AssertUnwindSafe(|| drop(runtime.spawn(async {}))));
            assert!(spawned.is_err());
            assert_eq!(
                (REQUEST_ID.get(), async_hooks::execution_async_id()),
                (Some(7), id)
            );
        });
        assert_eq!(REQUEST_ID.get(), None);
        drop(runtime);
    });
}
