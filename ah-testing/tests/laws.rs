//! Each law: a run that breaks it, and one that keeps it.

use ah_core::{
    self as async_hooks, AsyncId, AsyncResource,
    embedder::{self, TaskContext},
};
use ah_testing::{Collector, Law, checked, checked_async};

const ROOT: AsyncId = AsyncId::ROOT;

/// The laws that a run breaks.
fn broken_by(run: impl FnOnce()) -> Vec<Law> {
    broken_with(|_| run())
}

fn broken_with(run: impl FnOnce(&Collector)) -> Vec<Law> {
    async_hooks::Env::new().run(|| {
        let collector = Collector::start();
        run(&collector);
        match collector.check() {
            Ok(()) => Vec::new(),
            Err(broken) => broken.cases().iter().map(|case| case.law).collect(),
        }
    })
}

/// An invented resource.
fn init(id: u32) -> AsyncId {
    embedder::emit_init(id.into(), "A", Some(ROOT));
    id.into()
}

fn before(id: AsyncId) {
    embedder::emit_before(id, ROOT);
}

fn after(id: AsyncId) {
    embedder::emit_after(id).unwrap();
}

use embedder::emit_destroy as destroy;

#[test]
fn init_once_is_broken_by_a_second_init() {
    let broken = broken_by(|| {
        init(50);
        destroy(init(50));
    });
    assert_eq!(broken, [Law::InitOnce]);
}

#[test]
fn init_first_is_broken_by_an_init_within_the_scope() {
    let broken = broken_by(|| {
        before(50.into());
        init(50);
        after(50.into());
        destroy(50.into());
    });
    assert_eq!(broken, [Law::InitFirst]);
}

#[test]
fn destroy_once_is_broken_by_a_second_destroy() {
    let broken = broken_by(|| {
        destroy(init(50));
        destroy(50.into());
    });
    assert_eq!(broken, [Law::DestroyOnce]);
}

#[test]
fn destroy_last_is_broken_by_a_scope_after_the_destroy() {
    let broken = broken_by(|| {
        destroy(init(50));
        before(50.into());
        after(50.into());
    });
    assert_eq!(broken, [Law::DestroyLast, Law::DestroyLast]);
}

#[test]
fn after_matches_before_is_broken_by_scopes_left_in_the_order_of_entering() {
    let broken = broken_by(|| {
        let (mut outer, mut inner) = (TaskContext::new("OUTER"), TaskContext::new("INNER"));
        let outer_scope = outer.enter();
        let inner_scope = inner.enter();
        outer.leave(outer_scope);
        inner.leave(inner_scope);
    });
    assert_eq!(broken, [Law::AfterMatchesBefore]);
}

#[test]
fn ids_are_not_reused_is_broken_by_an_init_after_the_destroy() {
    let broken = broken_by(|| {
        destroy(init(50));
        destroy(init(50));
    });
    assert_eq!(broken, [Law::IdsAreNotReused]);
}

#[test]
fn trigger_is_known_is_broken_by_a_trigger_nobody_announced() {
    let broken = broken_by(|| {
        embedder::emit_init(50.into(), "A", Some(49.into()));
        destroy(50.into());
    });
    assert_eq!(broken, [Law::TriggerIsKnown]);
}

#[test]
fn scopes_are_left_is_broken_by_a_scope_that_is_not() {
    let broken = broken_by(|| {
        let id = init(50);
        before(id);
        destroy(id);
    });
    assert_eq!(broken, [Law::ScopesAreLeft]);
}

#[test]
fn all_are_destroyed_is_broken_by_a_resource_that_is_not() {
    let broken = broken_by(|| {
        init(50);
    });
    assert_eq!(broken, [Law::AllAreDestroyed]);
}

#[test]
fn init_once_and_first_is_kept_by_resources_made_one_after_the_other() {
    let broken = broken_by(|| {
        for _ in 0..3 {
            AsyncResource::new("A").run_in_async_scope(|| ());
        }
    });
    assert_eq!(broken, []);
}

#[test]
fn destroy_once_and_last_is_kept_by_a_manual_destroy_and_a_drop() {
    let broken = broken_by(|| {
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| ());
        resource.emit_destroy().unwrap();
    });
    assert_eq!(broken, []);
}

#[test]
fn after_matches_before_is_kept_by_nested_scopes_that_unwind() {
    let broken = broken_by(|| {
        let (outer, inner) = (AsyncResource::new("A"), AsyncResource::new("B"));
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            outer.run_in_async_scope(|| {
                inner.run_in_async_scope(|| outer.run_in_async_scope(|| panic!("boom")))
            })
        }));
        assert!(unwound.is_err());
    });
    assert_eq!(broken, []);
}

#[test]
fn after_matches_before_is_about_each_thread_by_itself() {
    let broken = broken_by(|| {
        AsyncResource::new("A").run_in_async_scope(|| {
            let thread =
                async_hooks::thread::spawn(|| AsyncResource::new("B").run_in_async_scope(|| ()));
            thread.join().unwrap();
        });
    });
    assert_eq!(broken, []);
}

#[test]
fn ids_are_not_reused_is_kept_by_many_threads() {
    let broken = broken_by(|| {
        async_hooks::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| drop(AsyncResource::new("A"))));
            }
        });
    });
    assert_eq!(broken, []);
}

#[test]
fn trigger_is_known_is_kept_by_the_root_by_nobody_and_by_what_is_destroyed() {
    let broken = broken_by(|| {
        let gone = AsyncResource::new("A").async_id();
        for trigger in [AsyncId::NONE, ROOT, gone] {
            let made = AsyncResource::builder("B")
                .trigger_async_id(trigger)
                .build();
            drop(made.unwrap());
        }
    });
    assert_eq!(broken, []);
}

#[test]
fn nothing_is_held_against_a_collector_that_was_stopped() {
    let broken = broken_with(|collector| {
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| collector.stop());
    });
    assert_eq!(broken, []);
}

#[test]
fn ids_whose_init_was_not_heard_are_exempt() {
    let broken = broken_by(|| {
        before(50.into());
        after(50.into());
        destroy(50.into());
        destroy(50.into());
    });
    assert_eq!(broken, []);
}

#[test]
fn exempt_ids_may_do_anything_and_be_triggers() {
    let broken = broken_with(|collector| {
        destroy(init(50));
        destroy(init(50));
        embedder::emit_init(51.into(), "A", Some(49.into()));
        destroy(51.into());
        collector.exempt(50.into());
        collector.exempt(49.into());
    });
    assert_eq!(broken, []);
}

#[test]
fn what_hooks_cause_is_heard_too() {
    let broken = broken_by(|| {
        let cause = |_: &async_hooks::Init<'_>| destroy(init(50));
        async_hooks::create_hook(
            async_hooks::Hooks::builder()
                .init(cause)
                .types(["CAUSE"])
                .build(),
        )
        .enable();
        drop(AsyncResource::new("CAUSE"));
        drop(AsyncResource::new("CAUSE"));
    });
    assert_eq!(broken, [Law::IdsAreNotReused]);
}

#[test]
#[should_panic(expected = "`init A 50<1`: every resource is destroyed at the end")]
fn a_checked_test_fails_with_the_event_and_the_law() {
    checked(|_| {
        init(50);
    });
}

#[test]
fn a_checked_test_gives_what_its_closure_gave_and_takes_its_assertions() {
    let lines = checked(|collector| {
        drop(AsyncResource::new("A"));
        collector.take_lines()
    });
    assert_eq!(lines, ["init A 2<1", "destroy A 2"]);
}

#[test]
#[should_panic(expected = "`init A 50<1`: every resource is destroyed at the end")]
fn a_checked_future_fails_with_the_event_and_the_law() {
    async_hooks::block_on(checked_async(async |_| {
        init(50);
    }));
}

#[test]
fn a_checked_future_gives_what_it_gave_and_runs_in_an_environment_of_its_own() {
    let lines = async_hooks::block_on(checked_async(async |collector| {
        let resource = AsyncResource::new("A");
        resource.scope(async {}).await;
        drop(resource);
        collector.take_lines()
    }));
    let expected = ["init A 2<1", "before A 2", "after A 2", "destroy A 2"];
    assert_eq!(lines, expected);
}
