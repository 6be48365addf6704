//! Rule 4: the trigger of a new resource.

use std::{future::pending, pin::pin};

use ah_testing::test;
use async_hooks::{AsyncResource, Env, Task, default_trigger_async_id_scope, embedder, prelude::*};

use crate::support::{Log, in_env, in_env_exempt, panic_of, poll};

/// The trigger of a resource created here.
fn trigger_here() -> u64 {
    AsyncResource::new("A").trigger_async_id().get()
}

#[test]
fn the_trigger_is_the_execution_id_if_nothing_else_is_said() {
    in_env(|| {
        assert_eq!(trigger_here(), 1);
        let scope = AsyncResource::new("SCOPE");
        assert_eq!(
            scope.run_in_async_scope(trigger_here),
            scope.async_id().get()
        );
    });
}

#[test]
fn the_default_trigger_scope_comes_before_the_execution_id() {
    in_env_exempt([50], || {
        let scope = AsyncResource::new("SCOPE");
        let trigger = scope.run_in_async_scope(|| default_trigger_async_id_scope(50, trigger_here));
        assert_eq!(trigger, 50);
    });
}

#[test]
fn the_explicit_option_comes_before_the_default_trigger_scope() {
    in_env_exempt([60], || {
        let explicit = default_trigger_async_id_scope(50, || {
            AsyncResource::builder("A")
                .trigger_async_id(60)
                .build()
                .unwrap()
        });
        assert_eq!(explicit.trigger_async_id(), 60);
    });
}

#[test]
fn the_innermost_default_trigger_scope_counts() {
    in_env_exempt([50, 60], || {
        default_trigger_async_id_scope(50, || {
            assert_eq!(default_trigger_async_id_scope(60, trigger_here), 60);
            assert_eq!(trigger_here(), 50);
        });
        assert_eq!(trigger_here(), 1);
    });
}

#[test]
fn a_default_trigger_of_0_or_1_counts_too() {
    in_env(|| {
        let scope = AsyncResource::new("SCOPE");
        scope.run_in_async_scope(|| {
            assert_eq!(default_trigger_async_id_scope(0, trigger_here), 0);
            assert_eq!(default_trigger_async_id_scope(1, trigger_here), 1);
        });
    });
}

#[test]
fn the_default_trigger_changes_neither_the_execution_id_nor_the_trigger_id_of_what_runs() {
    in_env(|| {
        let ids = default_trigger_async_id_scope(50, crate::support::ids);
        assert_eq!(ids, (1, 0));
    });
}

#[test]
fn init_tells_the_same_trigger() {
    in_env_exempt([50], || {
        let log = Log::start_detailed();
        let _resource = default_trigger_async_id_scope(50, || AsyncResource::new("A"));
        assert_eq!(log.take(), ["init A 2<50, in 1<0, store -"]);
    });
}

#[test]
fn futures_and_tasks_and_embedded_resources_follow_the_same_rule() {
    // 4 and 5 are announced and never destroyed, the triggers are invented
    in_env_exempt([4, 5, 50, 60], || {
        let log = Log::start_detailed();
        default_trigger_async_id_scope(50, || {
            drop(async {}.traced("F"));
            drop(Task::new(async {}));
            embedder::emit_init(4.into(), "EMBEDDED", None);
            embedder::emit_init(5.into(), "EMBEDDED", Some(60.into()));
        });
        let inits = log
            .take()
            .into_iter()
            .filter(|line| line.starts_with("init"));
        let expected = [
            "init F 2<50, in 1<0, store -",
            "init TASK 3<50, in 1<0, store -",
            "init EMBEDDED 4<50, in 1<0, store -",
            "init EMBEDDED 5<60, in 1<0, store -",
        ];
        assert_eq!(inits.collect::<Vec<_>>(), expected);
    });
}

#[test]
fn entering_a_resource_keeps_the_scope() {
    in_env_exempt([50], || {
        let resource = AsyncResource::new("SCOPE");
        let trigger =
            default_trigger_async_id_scope(50, || resource.run_in_async_scope(trigger_here));
        assert_eq!(trigger, 50);
    });
}

#[test]
fn polling_an_inline_future_keeps_the_scope() {
    in_env_exempt([50], || {
        let _listening = Log::start();
        let mut tracked = pin!(async { trigger_here() }.traced("F"));
        let mut framed = pin!(async { trigger_here() }.in_current_context());
        default_trigger_async_id_scope(50, || {
            assert_eq!(poll(tracked.as_mut()), std::task::Poll::Ready(50));
            assert_eq!(poll(framed.as_mut()), std::task::Poll::Ready(50));
        });
    });
}

#[test]
fn the_scope_is_dynamic_a_future_made_in_it_does_not_take_it_along() {
    in_env(|| {
        let mut future = default_trigger_async_id_scope::<_, async_hooks::Value>(50, || {
            Box::pin(async { trigger_here() }.in_current_context())
        });
        assert_eq!(poll(future.as_mut()), std::task::Poll::Ready(1));
    });
}

#[test]
fn the_poll_of_a_task_clears_the_scope() {
    in_env_exempt([50], || {
        let mut task = pin!(Task::new(async { trigger_here() }));
        default_trigger_async_id_scope(50, || {
            assert_eq!(poll(task.as_mut()), std::task::Poll::Ready(2));
            assert_eq!(trigger_here(), 50, "and gives it back");
        });
    });
}

#[test]
fn the_body_of_a_thread_clears_the_scope() {
    in_env_exempt([50], || {
        let trigger = default_trigger_async_id_scope(50, || {
            std::thread::scope(|_| async_hooks::thread::spawn(trigger_here).join().unwrap())
        });
        assert_eq!(trigger, 2);
    });
}

#[test]
fn env_run_clears_the_scope() {
    in_env_exempt([50], || {
        default_trigger_async_id_scope(50, || {
            assert_eq!(Env::new().run(trigger_here), 1);
            assert_eq!(trigger_here(), 50);
        });
    });
}

#[test]
fn the_poll_of_an_environments_future_clears_the_scope() {
    in_env(|| {
        let mut future = pin!(Env::new().scope(async { trigger_here() }));
        default_trigger_async_id_scope(50, || {
            assert_eq!(poll(future.as_mut()), std::task::Poll::Ready(1));
        });
    });
}

#[test]
fn the_drop_of_a_task_clears_the_scope() {
    in_env(|| {
        let log = Log::start_detailed();
        let mut task = Box::pin(Task::new(async {
            let _made_in_drop = crate::support::OnDrop(|| drop(AsyncResource::new("A")));
            pending::<()>().await;
        }));
        assert!(poll(task.as_mut()).is_pending());
        log.take();
        default_trigger_async_id_scope(50, || drop(task));
        assert_eq!(log.take()[0], "init A 3<2, in 2<1, store -");
    });
}

#[test]
fn the_drop_of_an_environments_future_clears_the_scope() {
    in_env(|| {
        let log = Log::new();
        let mut future = Box::pin(Env::new().scope(async {
            let _noted = crate::support::OnDrop(|| log.note(trigger_here().to_string()));
            pending::<()>().await;
        }));
        assert!(poll(future.as_mut()).is_pending());
        default_trigger_async_id_scope(50, || drop(future));
        assert_eq!(log.take(), ["1"]);
    });
}

#[test]
fn destroy_callbacks_do_not_see_the_scope() {
    in_env_exempt([50], || {
        let log = Log::new();
        let noting = log.clone();
        let hooks = async_hooks::Hooks::builder()
            .types(["DROPPED"])
            .destroy(move |_| noting.note(trigger_here().to_string()));
        async_hooks::create_hook(hooks.build()).enable();
        default_trigger_async_id_scope(50, || drop(AsyncResource::new("DROPPED")));
        assert_eq!(log.take(), ["0"]);
    });
}

#[test]
fn unwinding_restores_the_scope() {
    in_env_exempt([50], || {
        default_trigger_async_id_scope(50, || {
            panic_of(|| default_trigger_async_id_scope(60, || panic!("body")));
            assert_eq!(trigger_here(), 50);
            panic_of(|| embedder::run_in_root(|| panic!("body")));
            assert_eq!(trigger_here(), 50);
        });
        assert_eq!(trigger_here(), 1);
    });
}
