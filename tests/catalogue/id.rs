//! ID: ids, triggers and the scope of the default trigger.

use async_hooks::{AsyncId, AsyncResource, Env, embedder};

use crate::support::{Cell, Fifo, checked, counts, ids, panics};

#[test]
fn id_01_two_ticks_of_one_callback_have_the_same_trigger() {
    checked(|_| {
        let (fifo, seen) = (Fifo::new(), Cell::new());
        let (there, first, second) = (fifo.clone(), seen.clone(), seen.clone());
        let outer = fifo.defer(move || {
            there.defer(move || first.push(async_hooks::trigger_async_id()));
            there.defer(move || second.push(async_hooks::trigger_async_id()));
        });
        fifo.run();
        assert_eq!(seen.take(), [outer, outer]);
        assert_ne!(outer, async_hooks::trigger_async_id());
    });
}

#[test]
fn id_02_a_tick_is_triggered_by_what_scheduled_it() {
    checked(|collector| {
        let (fifo, seen) = (Fifo::new(), Cell::new());
        let (there, inner) = (fifo.clone(), seen.clone());
        let outer = fifo.defer(move || {
            let at = seen.clone();
            seen.push((
                there.defer(move || {
                    at.push((
                        async_hooks::execution_async_id(),
                        async_hooks::trigger_async_id(),
                    ))
                }),
                AsyncId::NONE,
            ));
        });
        fifo.run();
        let seen = inner.take();
        assert_eq!(seen[1], (seen[0].0, outer));
        assert_eq!(counts(collector, seen[0].0), [1, 1, 1, 1]);
        assert_eq!(counts(collector, outer), [1, 1, 1, 1]);
    });
}

#[test]
fn id_04_outside_of_any_scope_is_the_root_on_every_thread() {
    // Node: 1 in the main script, 0 outside of any script; here: 1 everywhere but on an idle worker of a runtime.
    checked(|_| {
        assert_eq!(ids(), (1, 0));
        assert_eq!(
            async_hooks::execution_async_resource(),
            async_hooks::execution_async_resource()
        );
        assert_eq!(std::thread::spawn(ids).join().unwrap(), (1, 0));
        assert_eq!(embedder::run_in_worker(ids), (0, 0));
    });
}

fn trigger_of(resource: AsyncResource) -> AsyncId {
    resource.trigger_async_id()
}

#[test]
fn id_05_an_explicit_trigger_comes_before_the_default_and_that_before_who_runs() {
    checked(|collector| {
        for id in [70, 71, 72] {
            collector.exempt(id.into());
        }
        let scope = AsyncResource::new("SCOPE");
        scope.run_in_async_scope(|| {
            assert_eq!(trigger_of(AsyncResource::new("A")), scope.async_id());
            async_hooks::default_trigger_async_id_scope(70, || {
                assert_eq!(trigger_of(AsyncResource::new("A")), 70);
                let explicit = AsyncResource::builder("A").trigger_async_id(71).build();
                assert_eq!(trigger_of(explicit.unwrap()), 71);
                async_hooks::default_trigger_async_id_scope(72, || {
                    assert_eq!(trigger_of(AsyncResource::new("A")), 72);
                });
                assert!(panics(|| async_hooks::default_trigger_async_id_scope(
                    0,
                    || panic!("boom")
                )));
                assert_eq!(trigger_of(AsyncResource::new("A")), 70);
                async_hooks::default_trigger_async_id_scope(0, || {
                    assert_eq!(trigger_of(AsyncResource::new("A")), 0);
                });
            });
            assert_eq!(trigger_of(AsyncResource::new("A")), scope.async_id());
        });
    });
}

#[test]
fn id_07_a_contained_panic_leaves_no_default_trigger_behind() {
    checked(|_| {
        let fifo = Fifo::new();
        fifo.on_panic(|_| ());
        fifo.defer(|| async_hooks::default_trigger_async_id_scope(0, || panic!("boom")));
        let next = fifo.spawn(async { AsyncResource::new("A").trigger_async_id() });
        async_hooks::default_trigger_async_id_scope(0, || fifo.run()); // nor does what surrounds the executor count inside
        assert!(next.take().unwrap() > AsyncId::ROOT);
        assert_eq!(trigger_of(AsyncResource::new("A")), AsyncId::ROOT);
    });
}

#[test]
fn id_08_ids_start_above_the_root_and_rise_by_one_though_nobody_listens() {
    checked(|collector| {
        collector.stop();
        let numbers: Vec<u64> = (0..3)
            .map(|_| AsyncResource::new("A").async_id().get())
            .collect();
        assert_eq!(numbers, [2, 3, 4]);
    });
}

#[test]
fn id_09_a_low_level_init_passes_on_what_it_gets_and_the_default_trigger_for_none() {
    checked(|collector| {
        embedder::emit_init(50.into(), "EXPLICIT", Some(1.into()));
        async_hooks::default_trigger_async_id_scope(50, || {
            embedder::emit_init(51.into(), "DEFAULT", None)
        });
        assert_eq!(
            collector.take_lines(),
            ["init EXPLICIT 50<1", "init DEFAULT 51<50"]
        );
        embedder::emit_destroy(50.into());
        embedder::emit_destroy(51.into());
    });
}

#[test]
fn id_10_threads_share_hooks_and_ids_and_environments_do_not() {
    // Node: each worker has its own hooks and numbers; here: that is an environment, which its threads share.
    checked(|collector| {
        let thread = async_hooks::thread::spawn(|| AsyncResource::new("A").async_id());
        assert_eq!(thread.join().unwrap(), 3); // the thread itself is 2
        let elsewhere = Env::new().run(|| AsyncResource::new("B").async_id());
        assert_eq!(elsewhere, 2);
        let lines = collector.take_lines();
        assert_eq!(lines[2], "init A 3<2");
        assert!(lines.iter().all(|line| !line.contains(" B ")));
    });
}

#[test]
fn id_11_a_future_has_no_id_until_it_is_announced_and_no_provider_is_none() {
    // Node: a request reports −1 until it starts; here: `None`. That every provider is announced waits for wrappers.
    checked(|collector| {
        use async_hooks::prelude::*;
        collector.stop();
        let mut report = Box::pin(async { async_hooks::execution_async_id() }.traced("REPORT"));
        assert_eq!(report.async_id(), None);
        crate::support::enable(async_hooks::Hooks::builder().before(|_| ()));
        let inside = crate::support::ready(report.as_mut());
        assert_eq!(report.async_id(), Some(inside));
        assert!(inside > AsyncId::ROOT && inside <= AsyncId::MAX);
        let (first, number) = async_hooks::async_wrap_providers()[0];
        assert_eq!((first, number), (async_hooks::providers::NONE, 0));
    });
}

#[test]
fn id_13_the_handle_of_the_current_resource_says_the_same_as_the_getters() {
    checked(|_| {
        let same = || {
            let handle = async_hooks::execution_async_resource();
            assert_eq!(handle.async_id(), async_hooks::execution_async_id());
            assert_eq!(handle.trigger_async_id(), async_hooks::trigger_async_id());
        };
        same();
        let fifo = Fifo::new();
        fifo.defer(same);
        fifo.run();
    });
}
