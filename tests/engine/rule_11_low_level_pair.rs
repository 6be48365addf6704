//! Rule 11: the low-level pair `emit_before` and `emit_after`.

use std::pin::pin;

use ah_testing::test;
use async_hooks::{
    AsyncResource, Env, Hooks, Interest, Phase, Task,
    embedder::{
        CallbackScope, TaskContext, emit_after, emit_before, emit_destroy, emit_init, run_in_root,
    },
    prelude::*,
};

use crate::support::{Log, STORE, here, ids, in_env, in_env_exempt, panic_of, poll, yield_once};

/// Enters the context of an id manually.
fn enter(id: u32) {
    emit_before(id.into(), 1.into());
}

#[test]
fn the_pair_enters_and_leaves_a_context_and_is_heard() {
    in_env_exempt([40], || {
        let log = Log::start_detailed();
        emit_init(50.into(), "A", Some(40.into()));
        emit_before(50.into(), 40.into());
        assert_eq!(ids(), (50, 40));
        assert_eq!(emit_after(50.into()), Ok(()));
        assert_eq!(ids(), (1, 0));
        emit_destroy(50.into());
        let expected = [
            "init A 50<40, in 1<0, store -",
            "before A 50, in 50<40, store -",
            "after A 50, in 50<40, store -",
            "destroy A 50, in 0<0, store -",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn in_a_callback_both_are_heard() {
    in_env_exempt([40, 50], || {
        let log = Log::new();
        let pair = Hooks::builder().init(|_| {
            enter(50);
            assert_eq!(emit_after(50.into()), Ok(()));
        });
        let pair = async_hooks::create_hook(pair.build());
        log.hook(Interest::new().phases([Phase::Before, Phase::After]))
            .enable();
        pair.enable();
        emit_init(40.into(), "A", None);
        assert_eq!(log.take(), ["before ?", "after ?"]);
        pair.disable();
    });
}

#[test]
fn on_top_it_is_popped() {
    in_env(|| {
        enter(50);
        enter(51);
        assert_eq!(emit_after(51.into()), Ok(()));
        assert_eq!(ids(), (50, 1));
        assert_eq!(emit_after(50.into()), Ok(()));
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn deeper_it_is_popped_down_to_and_the_error_has_nodes_wording() {
    in_env(|| {
        enter(50);
        enter(51);
        enter(52);
        let error = emit_after(51.into()).unwrap_err();
        let wording = "async hook stack has become corrupted (actual: 52, expected: 51)";
        assert_eq!(error.to_string(), wording);
        assert_eq!((error.actual().get(), error.expected().get()), (52, 51));
        assert_eq!(ids(), (50, 1));
    });
}

#[test]
fn an_id_that_is_not_there_is_an_error_and_nothing_changes() {
    in_env(|| {
        let log = Log::start();
        enter(50);
        log.take();
        let error = emit_after(77.into()).unwrap_err();
        let wording = "async hook stack has become corrupted (actual: 50, expected: 77)";
        assert_eq!(error.to_string(), wording);
        assert_eq!(ids(), (50, 1));
        assert!(log.take().is_empty());
    });
}

#[test]
fn an_unbalanced_pop_in_the_root_is_an_error_and_nothing_changes() {
    in_env(|| {
        assert!(emit_after(1.into()).is_err());
        assert!(emit_after(0.into()).is_err());
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn below_the_scope_of_a_resource_it_is_an_error_and_nothing_changes() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        enter(50);
        resource.run_in_async_scope(|| {
            enter(51);
            assert!(emit_after(50.into()).is_err());
            assert_eq!(ids(), (51, 1));
            assert_eq!(emit_after(51.into()), Ok(()));
        });
        assert_eq!(emit_after(50.into()), Ok(()));
    });
}

#[test]
fn the_scope_of_a_resource_itself_is_not_left_manually() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| {
            assert!(emit_after(resource.async_id()).is_err());
            assert_eq!(ids(), (2, 1));
        });
    });
}

#[test]
fn below_a_task_boundary_it_is_an_error_and_nothing_changes() {
    in_env(|| {
        enter(50);
        run_in_root(|| {
            assert!(emit_after(50.into()).is_err());
            assert_eq!(ids(), (1, 0));
        });
        assert_eq!(emit_after(50.into()), Ok(()));
    });
}

#[test]
fn in_another_environment_it_is_an_error_and_nothing_changes() {
    in_env(|| {
        let elsewhere = Env::new().run(async_hooks::snapshot);
        enter(50);
        elsewhere.run(|| {
            enter(51);
            assert_eq!(emit_after(51.into()), Ok(()));
        });
        let nothing_elsewhere = Env::new().run(async_hooks::Snapshot::empty);
        nothing_elsewhere.run(|| {
            let error = emit_after(50.into()).unwrap_err();
            assert_eq!(error.actual().get(), 1);
            assert_eq!(ids(), (1, 0));
        });
        assert_eq!(emit_after(50.into()), Ok(()));
    });
}

#[test]
fn the_same_id_can_be_entered_twice() {
    in_env(|| {
        enter(50);
        enter(50);
        assert_eq!(emit_after(50.into()), Ok(()));
        assert_eq!(ids(), (50, 1));
        assert_eq!(emit_after(50.into()), Ok(()));
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn the_end_of_a_scope_restores_what_it_saved_whatever_was_left_above_it() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        enter(50);
        resource.run_in_async_scope(|| {
            enter(51);
            enter(52);
        });
        assert_eq!(ids(), (50, 1));
        panic_of(|| {
            resource.run_in_async_scope(|| {
                enter(53);
                panic!("body");
            });
        });
        assert_eq!(ids(), (50, 1));
        assert_eq!(emit_after(50.into()), Ok(()));
    });
}

#[test]
fn the_end_of_a_task_boundary_restores_what_it_saved_whatever_was_left_above_it() {
    in_env(|| {
        enter(50);
        run_in_root(|| enter(51));
        assert_eq!(ids(), (50, 1));
        assert_eq!(emit_after(50.into()), Ok(()));
    });
}

#[test]
fn a_callback_scope_has_before_and_after_and_the_stores_around_it() {
    in_env(|| {
        let log = Log::start_detailed();
        STORE.run(7, || {
            let scope = CallbackScope::enter(50.into(), 40.into());
            log.note(here());
            drop(scope);
            log.note(here());
        });
        let expected = [
            "before ? 50, in 50<40, store 7",
            "in 50<40, store 7",
            "after ? 50, in 50<40, store 7",
            "in 1<0, store 7",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_callback_scope_is_left_by_a_panic_too() {
    in_env(|| {
        let log = Log::start();
        panic_of(|| {
            let _scope = CallbackScope::enter(50.into(), 40.into());
            panic!("body");
        });
        assert_eq!(log.take(), ["before ?", "after ?"]);
        assert_eq!(ids(), (1, 0));
    });
}

/// Enters the scope of an id, under the laws.
fn announced(id: u32) -> CallbackScope {
    emit_init(id.into(), "S", None);
    CallbackScope::enter(id.into(), 1.into())
}

#[test]
fn a_callback_scope_dropped_inside_another_scope_is_left_after_that_one() {
    in_env(|| {
        let log = Log::start();
        let resource = AsyncResource::new("A");
        let scope = announced(50);
        resource.run_in_async_scope(|| {
            drop(scope);
            assert_eq!(ids(), (2, 1));
            drop(AsyncResource::new("B"));
            assert_eq!(ids(), (2, 1));
            log.note("body");
        });
        assert_eq!(ids(), (1, 0));
        drop(resource);
        emit_destroy(50.into());
        let expected = [
            "init A",
            "init S",
            "before S",
            "before A",
            "init B",
            "body",
            "after A",
            "after S",
            "destroy B",
            "destroy A",
            "destroy S",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn it_is_left_after_all_scopes_above_it_by_a_panic_too() {
    in_env(|| {
        let log = Log::start();
        let (outer, inner) = (AsyncResource::new("OUTER"), AsyncResource::new("INNER"));
        let scope = announced(50);
        log.take();
        panic_of(|| {
            outer.run_in_async_scope(|| {
                inner.run_in_async_scope(|| drop(scope));
                assert_eq!(ids(), (2, 1));
                panic!("body");
            });
        });
        assert_eq!(ids(), (1, 0));
        emit_destroy(50.into());
        let expected = [
            "before OUTER",
            "before INNER",
            "after INNER",
            "after OUTER",
            "after S",
            "destroy S",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn callback_scopes_dropped_in_any_order_are_left_from_the_innermost_on() {
    in_env(|| {
        let log = Log::start();
        let scopes = [50, 51, 52].map(announced);
        log.take();
        let [first, second, third] = scopes;
        drop(second);
        assert_eq!(ids(), (52, 1));
        drop(first);
        assert_eq!(ids(), (52, 1));
        assert!(log.take().is_empty());
        drop(third);
        assert_eq!(ids(), (1, 0));
        assert_eq!(log.take(), ["after S", "after S", "after S"]);
        for id in [50_u32, 51, 52] {
            emit_destroy(id.into());
        }
    });
}

#[test]
fn of_callback_scopes_of_one_id_each_leaves_its_own_entry() {
    in_env_exempt([50], || {
        let first = CallbackScope::enter(50.into(), 1.into());
        let second = CallbackScope::enter(50.into(), 2.into());
        drop(first);
        assert_eq!(ids(), (50, 2));
        drop(second);
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn what_is_entered_manually_above_a_late_callback_scope_is_left_with_it() {
    in_env_exempt([50, 51], || {
        let resource = AsyncResource::new("A");
        let scope = CallbackScope::enter(50.into(), 1.into());
        enter(51);
        resource.run_in_async_scope(|| {
            drop(scope);
            assert_eq!(ids(), (2, 1));
        });
        assert_eq!(ids(), (1, 0));
        assert!(emit_after(51.into()).is_err());
    });
}

/// Drops a scope in something that `run` runs, which is no part of it.
fn drop_inside(run: impl FnOnce(Box<dyn FnOnce()>)) {
    in_env_exempt([50], || {
        let log = Log::start();
        let scope = CallbackScope::enter(50.into(), 1.into());
        run(Box::new(move || {
            let inside = ids();
            drop(scope);
            assert_eq!(ids(), inside);
        }));
        assert_eq!(ids(), (1, 0));
        assert_eq!(
            log.take().iter().filter(|line| *line == "after ?").count(),
            1
        );
    });
}

#[test]
fn a_callback_scope_dropped_in_a_task_boundary_is_left_after_it() {
    drop_inside(run_in_root);
    drop_inside(async_hooks::embedder::run_in_worker);
    drop_inside(|f| assert!(poll(pin!(Task::new(async { f() }))).is_ready()));
    drop_inside(|f| {
        let mut task = TaskContext::new("TASK");
        let scope = task.enter();
        f();
        task.leave(scope);
    });
}

#[test]
fn a_callback_scope_dropped_in_a_future_of_its_own_is_left_after_the_poll() {
    drop_inside(|f| assert!(poll(pin!(async { f() }.traced("F"))).is_ready()));
    drop_inside(|f| {
        let resource = AsyncResource::new("A");
        assert!(poll(pin!(resource.scope(async { f() }))).is_ready());
    });
}

#[test]
fn a_callback_scope_that_a_scope_around_it_cut_off_changes_nothing_when_it_is_dropped() {
    in_env_exempt([50], || {
        let (outer, inner) = (AsyncResource::new("A"), AsyncResource::new("B"));
        let cut_off = outer.run_in_async_scope(|| CallbackScope::enter(50.into(), 1.into()));
        outer.run_in_async_scope(|| {
            inner.run_in_async_scope(|| {
                drop(cut_off);
                assert_eq!(ids(), (3, 1));
            });
            assert_eq!(ids(), (2, 1));
        });
        assert_eq!(ids(), (1, 0));
        // though another one has taken its place
        let cut_off = outer.run_in_async_scope(|| CallbackScope::enter(50.into(), 1.into()));
        outer.run_in_async_scope(|| {
            let another = CallbackScope::enter(50.into(), 2.into());
            drop(cut_off);
            assert_eq!(ids(), (50, 2));
            drop(another);
            assert_eq!(ids(), (2, 1));
        });
    });
}

#[test]
fn a_callback_scope_held_across_an_await_and_dropped_in_a_scope_changes_no_ids_there() {
    in_env_exempt([50], || {
        let resource = AsyncResource::new("A");
        let mut task = pin!(Task::new(async {
            let scope = CallbackScope::enter(50.into(), 1.into());
            yield_once().await;
            resource.run_in_async_scope(|| {
                drop(scope);
                assert_eq!(ids(), (2, 1));
            });
            assert_eq!(ids(), (3, 1));
        }));
        assert!(poll(task.as_mut()).is_pending());
        assert_eq!(ids(), (1, 0));
        assert!(poll(task).is_ready());
    });
}
