//! DS: destroy.

use async_hooks::{AlreadyDestroyed, AsyncResource, Hooks, Phase, embedder};

use crate::support::{Cell, Fifo, Notes, SECOND, checked, counts, enable, ids, once};

#[test]
fn ds_01_destroy_is_not_heard_within_the_scope_that_causes_it() {
    // Node: not before the next immediate; here: when the outermost scope is left, so before the next tick.
    checked(|collector| {
        let resource = AsyncResource::new("A");
        let id = resource.async_id();
        AsyncResource::new("SCOPE").run_in_async_scope(|| {
            drop(resource);
            assert_eq!(collector.count(Phase::Destroy, id), 0);
        });
        assert_eq!(collector.count(Phase::Destroy, id), 1);
    });
}

#[test]
fn ds_02_a_queue_of_16384_is_delivered_within_the_scope() {
    checked(|collector| {
        let destroys = || {
            let events = collector.events();
            events
                .iter()
                .filter(|event| event.phase == Phase::Destroy)
                .count()
        };
        AsyncResource::new("SCOPE").run_in_async_scope(|| {
            for id in 0..16_384 {
                embedder::emit_destroy((1_000_000 + id).into());
            }
            assert_eq!(destroys(), 0);
            let _next = AsyncResource::new("NEXT");
            assert_eq!(destroys(), 16_384);
        });
    });
}

#[test]
fn ds_04_an_abandoned_resource_is_destroyed() {
    checked(|collector| {
        let id = AsyncResource::new("A").async_id();
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
    });
}

#[test]
fn ds_05_with_manual_destroy_an_abandoned_resource_is_not() {
    checked(|collector| {
        let manual = AsyncResource::builder("A")
            .manual_destroy()
            .build()
            .unwrap();
        let id = manual.async_id();
        collector.exempt(id);
        drop(manual);
        assert_eq!(counts(collector, id), [1, 0, 0, 0]);
    });
}

#[test]
fn ds_07_a_second_manual_destroy_is_an_error_and_no_event() {
    // Node: the manual promises an error, and a second event comes; here: the error, and no event.
    checked(|collector| {
        let resource = AsyncResource::new("A");
        assert!(resource.emit_destroy().is_ok());
        let second: Result<(), AlreadyDestroyed> = resource.emit_destroy();
        assert!(second.is_err());
        assert_eq!(collector.count(Phase::Destroy, resource.async_id()), 1);
    });
}

#[test]
fn ds_08_raw_ids_are_each_delivered_round_after_round() {
    checked(|_| {
        let notes = Notes::new();
        enable(Hooks::builder().destroy(notes.on("destroy")));
        for round in 0..5 {
            AsyncResource::new("SCOPE").run_in_async_scope(|| {
                embedder::emit_destroy((100 + round).into());
                embedder::emit_destroy((200 + round).into());
            });
            let expected = [100 + round, 200 + round].map(|id| format!("destroy {id}"));
            assert_eq!(notes.take()[..2], expected);
        }
    });
}

#[test]
fn ds_09_what_is_cancelled_is_announced_and_destroyed_and_no_more() {
    checked(|collector| {
        let fifo = Fifo::new();
        let immediate = fifo.immediate(|| ());
        immediate.cancel();
        let task = fifo.spawn(async {});
        task.abort();
        fifo.run();
        let expected = [
            "init Immediate 2<1",
            "destroy Immediate 2",
            "init TASK 3<1",
            "destroy TASK 3",
        ];
        assert_eq!(collector.take_lines(), expected);
    });
}

#[test]
fn ds_11_destroy_callbacks_run_with_ids_0() {
    checked(|_| {
        let notes = Notes::new();
        let there = notes.clone();
        enable(Hooks::builder().destroy(move |_| there.add(format!("{:?}", ids()))));
        drop(AsyncResource::new("A"));
        let outer = AsyncResource::new("OUTER");
        outer.run_in_async_scope(|| drop(AsyncResource::new("INNER")));
        assert_eq!(notes.take(), ["(0, 0)", "(0, 0)"]);
    });
}

#[test]
fn ds_12_a_resource_older_than_the_destroy_hook_is_destroyed_too() {
    // Node: only if a destroy hook was enabled when it was created; here: always, since `Drop` costs nothing to arm.
    checked(|collector| {
        collector.stop();
        let resource = AsyncResource::new("A");
        let notes = Notes::new();
        enable(Hooks::builder().destroy(notes.on("destroy")));
        drop(resource);
        assert_eq!(notes.take(), ["destroy 2"]);
    });
}

#[test]
fn ds_13_destroy_is_heard_though_the_callback_panicked() {
    checked(|collector| {
        let fifo = Fifo::new();
        fifo.on_panic(|_| ());
        let tick = fifo.defer(|| panic!("boom"));
        let timer = fifo.timeout(SECOND, once(|| panic!("boom")));
        fifo.advance(SECOND);
        assert_eq!(counts(collector, tick), [1, 1, 1, 1]);
        assert_eq!(counts(collector, timer.async_id()), [1, 1, 1, 1]);
    });
}

#[test]
fn ds_14_a_destroy_that_waits_keeps_nothing_running() {
    // Node: the drain is an immediate that does not count; here: nothing is scheduled, the end of the scope delivers.
    checked(|collector| {
        let (fifo, seen) = (Fifo::new(), Cell::new());
        let there = seen.clone();
        fifo.defer(move || there.push(AsyncResource::new("A").async_id()));
        fifo.run();
        let id = seen.take()[0];
        assert_eq!(collector.count(Phase::Destroy, id), 1);
    });
}
