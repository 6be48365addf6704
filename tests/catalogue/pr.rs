//! PR: futures as hooks receive them. What Node calls a promise is a tracked future here.

use std::sync::{Arc, Mutex, OnceLock};

use async_hooks::{AsyncHook, AsyncResource, Hooks, Phase, prelude::*};
use futures::channel::oneshot;

use crate::support::{
    Cell, Fifo, Notes, SECOND, checked, counts, enable, ids, inits, once, ready, yield_now,
};

#[test]
fn pr_01_a_future_is_triggered_by_the_one_in_whose_poll_it_is_made() {
    // Node: by the promise it was chained to; here: by the future that created it, which awaits it.
    checked(|collector| {
        ready(async { async {}.traced("CHILD").await }.traced("PARENT"));
        let parent = inits(collector, "PARENT")[0];
        let child = inits(collector, "CHILD")[0];
        assert_eq!((parent.1, child.1), (1.into(), parent.0));
        assert_eq!(counts(collector, child.0), [1, 1, 1, 1]);
    });
}

#[test]
fn pr_02_futures_made_before_a_hook_is_enabled_are_announced_at_their_next_poll() {
    // Node: they appear without init; here: with a late one.
    checked(|collector| {
        collector.stop();
        let notes = Notes::new();
        let chain = async { async {}.traced("CHILD").await }.traced("PARENT");
        notes.hook("hook").enable();
        ready(chain);
        let heard = notes.take();
        let count = |event: &str| heard.iter().filter(|line| line.contains(event)).count();
        assert_eq!(["init", "before", "after"].map(count), [2, 2, 2]);
    });
}

/// Some program: futures that await others, made by the bits of a number.
fn program(fifo: Fifo, bits: u32) -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(
        async move {
            if bits & 1 == 1 {
                yield_now().await;
            }
            match bits >> 1 & 3 {
                _ if bits < 8 => (),
                0 => program(fifo, bits >> 3).await,
                1 => fifo.spawn(program(fifo.clone(), bits >> 3)).await,
                2 => {
                    futures::join!(program(fifo.clone(), bits >> 4), program(fifo, bits >> 5));
                }
                _ => {
                    fifo.defer(|| ());
                }
            }
        }
        .traced("STEP"),
    )
}

#[test]
fn pr_04_every_future_that_ran_is_resolved_and_that_comes_before_its_last_after() {
    checked(|collector| {
        let fifo = Fifo::new();
        for seed in 0..64_u32 {
            let _task = fifo.spawn(program(fifo.clone(), seed.wrapping_mul(2_654_435_761)));
        }
        fifo.run();
        let events = collector.events();
        for (id, _) in inits(collector, "STEP") {
            let phases = events.iter().filter(|event| event.async_id == id);
            let phases: Vec<Phase> = phases.map(|event| event.phase).collect();
            let end = [Phase::PromiseResolve, Phase::After, Phase::Destroy];
            assert!(phases.ends_with(&end), "{phases:?}");
        }
    });
}

#[test]
fn pr_05_triggers_follow_the_tree_of_who_spawned_and_called_whom() {
    // Node: the caller's continuation is triggered by the result it waits for; here: all follow what created them.
    checked(|collector| {
        let fifo = Fifo::new();
        let there = fifo.clone();
        let _task = fifo.spawn(async move {
            async move {
                async {}.traced("CALLED").await;
                there.spawn(async {}).await;
            }
            .traced("CALLER")
            .await;
        });
        fifo.run();
        let triggered = |ty: &str, by: &str| {
            assert_eq!(
                inits(collector, ty).last().unwrap().1,
                inits(collector, by)[0].0
            );
        };
        triggered("CALLER", async_hooks::TASK);
        triggered("CALLED", "CALLER");
        triggered(async_hooks::TASK, "CALLER");
    });
}

#[test]
fn pr_06_inits_and_resolves_of_two_futures_come_in_the_same_order() {
    checked(|collector| {
        let first = async {}.traced("FIRST");
        let id = first.async_id().unwrap();
        let second =
            async_hooks::default_trigger_async_id_scope(id, || Box::new(async {}.traced("SECOND")));
        ready(first);
        ready(Box::into_pin(second));
        let events = collector.events();
        let of = |phase| {
            let of_phase = events.iter().filter(move |event| event.phase == phase);
            of_phase
                .map(|event| event.resource_type.unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(Phase::Init), ["FIRST", "SECOND"]);
        assert_eq!(of(Phase::PromiseResolve), ["FIRST", "SECOND"]);
        assert_eq!(inits(collector, "SECOND")[0].1, id);
    });
}

#[test]
fn pr_08_a_second_hook_with_destroy_takes_nothing_from_the_first() {
    checked(|_| {
        let notes = Notes::new();
        enable(
            Hooks::builder()
                .before(notes.on("before"))
                .after(notes.on("after"))
                .promise_resolve(notes.on("resolve")),
        );
        let fifo = Fifo::new();
        let _task = fifo.spawn({
            let notes = notes.clone();
            async move {
                drop(async {}.traced("UNPOLLED"));
                enable(Hooks::builder().destroy(notes.on("destroy")));
                async {}.traced("POLLED").await;
            }
            .traced("OUTER")
        });
        fifo.run();
        let heard = notes.take();
        let of = |id: u32| {
            heard
                .iter()
                .filter(move |line| line.ends_with(&format!(" {id}")))
        };
        assert_eq!(
            of(2).collect::<Vec<_>>(),
            ["before 2", "resolve 2", "after 2", "destroy 2"]
        );
        assert_eq!(of(4).collect::<Vec<_>>(), ["destroy 4"]);
        assert_eq!(
            of(5).collect::<Vec<_>>(),
            ["before 5", "resolve 5", "after 5", "destroy 5"]
        );
    });
}

#[test]
fn pr_09_a_future_that_waits_for_an_older_one_gets_a_fresh_id_when_a_hook_is_enabled() {
    checked(|collector| {
        collector.stop();
        let (fifo, notes) = (Fifo::new(), Notes::new());
        let (send, receive) = oneshot::channel::<()>();
        let task = fifo.spawn(async { receive.await.map(|()| ids().0) }.traced("WAITS"));
        fifo.run();
        let hook = async_hooks::create_hook(Hooks::builder().after(notes.on("after")).build());
        let timer = fifo.timeout(
            SECOND,
            once(move || {
                hook.enable();
                send.send(()).unwrap();
            }),
        );
        fifo.advance(SECOND);
        let inside = task.take().unwrap().unwrap();
        assert!(inside > timer.async_id().get());
        let heard = notes.take();
        let expected = [
            format!("after {}", timer.async_id()),
            format!("after {inside}"),
        ];
        assert_eq!(heard[..2], expected);
    });
}

#[test]
fn pr_11_a_hook_disabled_within_a_poll_hears_neither_its_after_nor_what_comes_later() {
    checked(|_| {
        let notes = Notes::new();
        let hook = notes.hook("hook");
        hook.enable();
        ready(
            async move {
                let later = async {}.traced("LATER");
                hook.disable();
                later.await;
            }
            .traced("FIRST"),
        );
        ready(async {}.traced("UNHEARD"));
        assert_eq!(
            notes.take(),
            ["hook: init 2", "hook: before 2", "hook: init 3"]
        );
    });
}

#[test]
fn pr_12_before_body_after_of_an_older_future_and_a_hook_that_disables_itself_hears_one() {
    checked(|collector| {
        collector.stop();
        let notes = Notes::new();
        let (first, second) = {
            let (one, two) = (notes.clone(), notes.clone());
            let first = async move { one.add("body") }.traced("FIRST");
            (first, async move { two.add("body") }.traced("SECOND"))
        };
        let this: Arc<OnceLock<AsyncHook>> = Arc::default();
        let (later, after) = (this.clone(), notes.on("after"));
        let hooks = Hooks::builder()
            .before(notes.on("before"))
            .after(move |id| {
                after(id);
                later.get().unwrap().disable();
            });
        this.get_or_init(|| async_hooks::create_hook(hooks.build()))
            .enable();
        ready(first);
        ready(second);
        assert_eq!(notes.take(), ["before 2", "body", "after 2", "body"]);
    });
}

#[test]
fn pr_13_who_hears_of_a_failed_task_runs_under_its_id() {
    checked(|collector| {
        let (fifo, told) = (Fifo::new(), Cell::new());
        let there = told.clone();
        fifo.on_panic(move |_| there.push(async_hooks::execution_async_id()));
        let _task = fifo.spawn(async { panic!("boom") });
        fifo.run();
        assert_eq!(told.take(), [inits(collector, async_hooks::TASK)[0].0]);
    });
}

#[test]
fn pr_15_a_future_has_one_id_and_a_before_and_after_around_each_poll() {
    // Node: each await is a promise of its own with an id of its own; here: one id, and two awaits are three polls.
    checked(|collector| {
        let fifo = Fifo::new();
        let steps = async {
            let first = ids();
            yield_now().await;
            let second = ids();
            yield_now().await;
            [first, second, ids()]
        };
        let task = fifo.spawn(steps.traced("STEPS"));
        let id = inits(collector, "STEPS")[0].0;
        fifo.run();
        assert_eq!(task.take(), Some([(id.get(), 1); 3]));
        assert_eq!(counts(collector, id), [1, 3, 3, 1]);
    });
}

#[test]
fn pr_16_a_hook_enabled_in_mid_poll_does_not_upset_the_stack() {
    // Node: it receives an after without before; here: a poll that began unannounced ends unannounced.
    checked(|collector| {
        collector.stop();
        let notes = Notes::new();
        let hook = notes.hook("hook");
        AsyncResource::new("OUTER").run_in_async_scope(|| {
            ready(async move { drop(hook.enable().clone()) }.traced("POLLED"));
            assert_eq!(ids(), (2, 1));
        });
        assert_eq!(notes.take(), ["hook: after 2", "hook: destroy 2"]);
    });
}

#[test]
fn pr_18_a_future_that_nobody_asks_about_is_given_nothing() {
    checked(|collector| {
        collector.stop();
        let mut quiet = Box::pin(async { async_hooks::execution_async_resource() }.traced("QUIET"));
        assert_eq!(
            ready(quiet.as_mut()),
            async_hooks::execution_async_resource()
        );
        assert_eq!(quiet.async_id(), None);
        assert_eq!(AsyncResource::new("NEXT").async_id(), 2); // no id was taken
    });
}

#[test]
fn pr_19_what_makes_a_future_runs_under_its_callers_id() {
    fn report(seen: &Mutex<Vec<(u64, u64)>>) -> impl Future<Output = ()> {
        seen.lock().unwrap().push(ids());
        async {
            seen.lock().unwrap().push(ids());
        }
        .traced("REPORT")
    }
    checked(|_| {
        let seen = Mutex::default();
        let maker = AsyncResource::new("MAKER");
        let future = maker.run_in_async_scope(|| Box::new(report(&seen)));
        ready(Box::into_pin(future));
        assert_eq!(*seen.lock().unwrap(), [(2, 1), (3, 2)]);
    });
}
