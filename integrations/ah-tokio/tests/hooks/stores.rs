//! A task goes to and fro between having stores and having none, and its ids stay its own.

use ah_tokio::{TaskCallbacks, instrument};
use async_hooks::AsyncId;
use tokio::{
    runtime::{Builder, LocalOptions, LocalRuntime},
    task::yield_now,
};

use crate::{REQUEST_ID, alone};

/// Guards stay in the tasks of such a runtime.
fn local(callbacks: TaskCallbacks) -> LocalRuntime {
    let mut builder = Builder::new_current_thread();
    instrument(&mut builder, callbacks);
    builder
        .build_local(LocalOptions::default())
        .expect("a runtime")
}

type Seen = (Option<u64>, AsyncId, AsyncId);

fn seen() -> Seen {
    (
        REQUEST_ID.get(),
        async_hooks::execution_async_id(),
        async_hooks::trigger_async_id(),
    )
}

/// All ways in which a poll may begin and end.
fn in_all_ways(test: impl Fn(&LocalRuntime)) {
    let with = TaskCallbacks::new;
    let hooks = || async_hooks::Hooks::builder().init(|_| ());
    let of_hooks = [
        None,
        Some(hooks().before(|_| ()).build()),
        Some(hooks().after(|_| ()).build()),
        Some(hooks().before(|_| ()).after(|_| ()).destroy(|_| ()).build()),
    ];
    let of_callbacks = [
        with(),
        with().on_before_task_poll(|_| ()),
        with().on_after_task_poll(|_| ()),
        with().on_after_task_poll(|_| ()).on_task_terminate(|_| ()),
    ];
    for hooks in of_hooks {
        let _alone = alone();
        let hook = hooks.map(async_hooks::create_hook);
        hook.iter().for_each(|hook| _ = hook.enable());
        for callbacks in &of_callbacks {
            let runtime = local(callbacks.clone());
            test(&runtime);
            drop(runtime);
            assert_eq!(ah_tokio::instrumented_tasks(), 0);
        }
        hook.iter().for_each(|hook| _ = hook.disable());
    }
}

/// Spawns a task that enters a store in its first poll and drops it in its second. What it sees then, and in later polls.
async fn loses_its_store() -> Vec<Seen> {
    let task = tokio::task::spawn_local(async move {
        let guard = REQUEST_ID.with_scope(1);
        yield_now().await;
        drop(guard);
        let mut all = vec![seen()];
        for _ in 0..4 {
            yield_now().await;
            all.push(seen());
        }
        all
    });
    task.await.expect("it does not panic")
}

#[test]
fn a_task_that_loses_its_last_store_keeps_its_ids() {
    in_all_ways(|runtime| {
        for _ in 0..3 {
            let all = runtime.block_on(loses_its_store());
            let (store, id, trigger) = all[0];
            assert_eq!((store, trigger), (None, AsyncId::ROOT));
            assert_eq!(all, [(None, id, AsyncId::ROOT); 5]);
        }
    });
}

#[test]
fn a_task_that_loses_its_last_store_is_polled_where_other_tasks_have_been() {
    let _alone = alone();
    let runtime = local(TaskCallbacks::new());
    runtime.block_on(async {
        for _ in 0..70_000 {
            tokio::task::spawn_local(async {})
                .await
                .expect("it does not panic"); // more than there are slots
        }
        let all = loses_its_store().await;
        assert_eq!(all, [(None, all[0].1, AsyncId::ROOT); 5]);
    });
}

#[test]
fn a_task_that_has_stores_in_some_polls_keeps_its_ids_in_all() {
    in_all_ways(|runtime| {
        runtime.block_on(async {
            let parent = tokio::task::spawn_local(async {
                let parent = async_hooks::execution_async_id();
                let task = tokio::task::spawn_local(async move {
                    let mut guard = Some(REQUEST_ID.with_scope(1));
                    let id = async_hooks::execution_async_id();
                    for step in 0..64_u64 {
                        // kept over no await, over one, or over several
                        let store = match step % 7 {
                            0 | 3 | 4 => {
                                drop(guard.take());
                                guard = Some(REQUEST_ID.with_scope(step));
                                Some(step)
                            }
                            1 | 5 => {
                                drop(guard.take());
                                None
                            }
                            _ => REQUEST_ID.get(),
                        };
                        assert_eq!(seen(), (store, id, parent));
                        yield_now().await;
                        assert_eq!(seen(), (store, id, parent));
                    }
                });
                task.await.expect("no assertion fails");
            });
            parent.await.expect("no assertion fails");
        });
    });
}

#[test]
fn a_task_whose_hooks_come_and_go_between_its_polls_keeps_its_ids() {
    let _alone = alone();
    let runtime = local(TaskCallbacks::new());
    let hook = async_hooks::create_hook(
        async_hooks::Hooks::builder()
            .before(|_| ())
            .after(|_| ())
            .build(),
    );
    runtime.block_on(async {
        let task = tokio::task::spawn_local(async move {
            let mut guard = Some(REQUEST_ID.with_scope(1));
            let id = async_hooks::execution_async_id();
            for step in 0..64_u32 {
                // every order of these
                if step % 2 == 0 {
                    drop(guard.take());
                }
                if step % 3 == 0 {
                    hook.enable();
                }
                let store = guard.as_ref().map(|_| 1);
                assert_eq!(seen(), (store, id, AsyncId::ROOT));
                yield_now().await;
                assert_eq!(seen(), (store, id, AsyncId::ROOT));
                if step % 5 < 2 {
                    hook.disable();
                }
                guard = guard.or_else(|| Some(REQUEST_ID.with_scope(1)));
            }
            hook.disable();
        });
        task.await.expect("no assertion fails");
    });
}
