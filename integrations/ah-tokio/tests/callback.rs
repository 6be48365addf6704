//! Node's callbacks: where they run, in which order, and how they end.

mod support;

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use ah_tokio::{next_tick, set_immediate, set_interval, set_timeout};
use async_hooks::AsyncId;
use support::{checked_and_paused as checked, counts, inits};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

static STORE: async_hooks::AsyncLocalStorage<Arc<u32>> = async_hooks::AsyncLocalStorage::new();

/// Notes in order.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn add(&self, note: impl Into<String>) {
        self.0.lock().unwrap().push(note.into());
    }

    fn adder(&self, note: &str) -> impl Fn() + Send + use<> {
        let (notes, note) = (self.clone(), note.to_string());
        move || notes.add(note.clone())
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[test]
fn each_kind_runs_once_in_its_scope_with_the_stores_of_its_maker() {
    checked(async |collector| {
        let (send, seen) = mpsc::channel();
        let look = || {
            let send = send.clone();
            move || {
                let ids = (
                    async_hooks::execution_async_id(),
                    async_hooks::trigger_async_id(),
                );
                send.send((ids, STORE.get().map(|store| *store))).unwrap();
            }
        };
        let made = STORE.run(Arc::new(7), || {
            [
                next_tick(look()).async_id(),
                set_immediate(look()).async_id(),
                set_timeout(SECOND, look()).async_id(),
            ]
        });
        sleep(2 * SECOND).await;
        let seen: Vec<_> = seen.try_iter().collect();
        assert_eq!(seen, made.map(|id| ((id, AsyncId::ROOT), Some(7))));
        for id in made {
            assert_eq!(counts(collector, id), [1, 1, 1, 1]);
        }
        let types = ["TickObject", "Immediate", "Timeout"];
        assert_eq!(types.map(|ty| inits(collector, ty)[0].0), made);
    });
}

#[test]
fn ticks_run_before_immediates_of_the_same_turn_and_each_kind_in_order() {
    checked(async |_| {
        let notes = Notes::default();
        for number in 0..3 {
            set_immediate(notes.adder(&format!("immediate {number}")));
            next_tick(notes.adder(&format!("tick {number}")));
        }
        sleep(SECOND).await;
        let expected =
            ["tick", "immediate"].map(|kind| [0, 1, 2].map(|number| format!("{kind} {number}")));
        assert_eq!(notes.take(), expected.concat());
    });
}

#[test]
fn what_a_callback_makes_is_triggered_by_it_and_a_tick_of_its_own_turn_comes_first() {
    checked(async |collector| {
        let notes = Notes::default();
        let (immediate, tick) = (notes.adder("immediate"), notes.adder("tick"));
        let outer = set_immediate(move || {
            set_immediate(immediate);
            next_tick(tick);
        });
        sleep(SECOND).await;
        assert_eq!(notes.take(), ["tick", "immediate"]);
        assert_eq!(inits(collector, "TickObject")[0].1, outer.async_id());
        assert_eq!(inits(collector, "Immediate")[1].1, outer.async_id());
    });
}

#[test]
fn what_is_cleared_is_not_called_and_lets_go_at_once_of_what_it_holds() {
    checked(async |collector| {
        let store = Arc::new(7);
        let held = Arc::new(());
        let call = || {
            let held = held.clone();
            move || unreachable!("{held:?}")
        };
        let (tick, immediate, timeout, interval) = STORE.run(store.clone(), || {
            (
                next_tick(call()),
                set_immediate(call()),
                set_timeout(SECOND, call()),
                set_interval(SECOND, call()),
            )
        });
        for _ in 0..2 {
            tick.clear();
            immediate.clear();
            timeout.clear();
            interval.clear();
        }
        assert_eq!(
            (Arc::strong_count(&store), Arc::strong_count(&held)),
            (1, 1)
        );
        sleep(2 * SECOND).await;
        for id in [
            tick.async_id(),
            immediate.async_id(),
            timeout.async_id(),
            interval.async_id(),
        ] {
            assert_eq!(counts(collector, id), [1, 0, 0, 1]);
        }
    });
}

#[test]
fn what_was_called_lets_its_stores_go_though_its_handle_is_kept() {
    checked(async |_| {
        let store = Arc::new(7);
        let handles = STORE.run(store.clone(), || {
            (
                next_tick(|| ()),
                set_immediate(|| ()),
                set_timeout(SECOND, || ()),
            )
        });
        sleep(2 * SECOND).await;
        assert_eq!(Arc::strong_count(&store), 1);
        drop(handles);
    });
}

#[test]
fn dropping_a_handle_clears_nothing() {
    checked(async |_| {
        let notes = Notes::default();
        drop(set_timeout(SECOND, notes.adder("called")));
        sleep(2 * SECOND).await;
        assert_eq!(notes.take(), ["called"]);
    });
}

#[test]
fn an_interval_is_called_again_and_again_until_it_is_cleared() {
    checked(async |collector| {
        let notes = Notes::default();
        let interval = set_interval(SECOND, notes.adder("called"));
        sleep(3 * SECOND + SECOND / 2).await;
        assert_eq!(counts(collector, interval.async_id()), [1, 3, 3, 0]);
        interval.clear();
        sleep(2 * SECOND).await;
        assert_eq!(notes.take().len(), 3);
        assert_eq!(counts(collector, interval.async_id()), [1, 3, 3, 1]);
    });
}

#[test]
fn an_interval_may_clear_itself_and_is_destroyed_after_its_scope() {
    checked(async |collector| {
        let itself = Arc::new(Mutex::new(None::<ah_tokio::callback::TimeoutHandle>));
        let inside = itself.clone();
        let interval = set_interval(SECOND, move || {
            inside.lock().unwrap().take().unwrap().clear();
        });
        *itself.lock().unwrap() = Some(interval.clone());
        sleep(3 * SECOND).await;
        assert_eq!(counts(collector, interval.async_id()), [1, 1, 1, 1]);
    });
}

#[test]
fn a_timeout_that_is_refreshed_begins_anew_and_keeps_its_id() {
    checked(async |collector| {
        let timeout = set_timeout(2 * SECOND, || ());
        let id = timeout.async_id();
        sleep(SECOND).await;
        timeout.refresh();
        sleep(SECOND + SECOND / 2).await;
        assert_eq!(counts(collector, id), [1, 0, 0, 0]);
        sleep(SECOND).await;
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
        timeout.refresh(); // called is called
        sleep(3 * SECOND).await;
        assert_eq!(
            (timeout.async_id(), counts(collector, id)),
            (id, [1, 1, 1, 1])
        );
    });
}

#[test]
fn an_interval_of_no_time_lets_others_run() {
    checked(async |collector| {
        let interval = set_interval(Duration::ZERO, || ());
        sleep(Duration::from_millis(5)).await;
        interval.clear();
        let [_, calls, _, _] = counts(collector, interval.async_id());
        assert!((4..=5).contains(&calls), "{calls}");
    });
}

#[test]
fn a_timeout_in_the_far_future_can_be_made_and_cleared() {
    checked(async |collector| {
        let timeout = set_timeout(Duration::MAX, || unreachable!());
        sleep(SECOND).await;
        timeout.clear();
        assert_eq!(counts(collector, timeout.async_id()), [1, 0, 0, 1]);
    });
}

#[test]
fn a_panic_ends_that_callback_alone_and_its_resource_is_destroyed() {
    checked(async |collector| {
        let notes = Notes::default();
        let failing = set_immediate(|| std::panic::resume_unwind(Box::new("boom")));
        let interval = set_interval(SECOND, || std::panic::resume_unwind(Box::new("boom")));
        set_immediate(notes.adder("another"));
        sleep(3 * SECOND).await;
        assert_eq!(notes.take(), ["another"]);
        assert_eq!(counts(collector, failing.async_id()), [1, 1, 1, 1]);
        assert_eq!(counts(collector, interval.async_id()), [1, 1, 1, 1]);
    });
}

#[test]
fn the_end_of_a_runtime_clears_what_waits_though_its_handle_is_kept() {
    ah_testing::checked(|collector| {
        let runtime = support::runtime();
        let (timeout, tick) = runtime.block_on(async {
            (
                set_timeout(SECOND, || unreachable!()),
                next_tick(|| unreachable!()),
            )
        });
        drop(runtime);
        assert_eq!(counts(collector, timeout.async_id()), [1, 0, 0, 1]);
        assert_eq!(counts(collector, tick.async_id()), [1, 0, 0, 1]);
        timeout.clear();
        timeout.refresh();
    });
}

#[test]
fn a_callback_sees_nothing_of_what_the_runtime_runs_in() {
    ah_testing::checked(|_| {
        let outer = async_hooks::AsyncResource::new("OUTER");
        let (send, seen) = mpsc::channel();
        let runtime = support::runtime();
        outer.run_in_async_scope(|| {
            async_hooks::default_trigger_async_id_scope(outer.async_id(), || {
                STORE.run(Arc::new(1), || {
                    runtime.block_on(async {
                        let there = STORE.exit(|| {
                            set_immediate(move || {
                                let made = async_hooks::AsyncResource::new("MADE");
                                send.send((STORE.get(), made.trigger_async_id())).unwrap();
                            })
                        });
                        ah_tokio::task::spawn(async {}).await.unwrap();
                        let (store, trigger) = seen.recv().unwrap();
                        assert_eq!((store, trigger), (None, there.async_id()));
                    });
                });
            });
        });
    });
}

#[test]
fn the_laws_hold_when_callbacks_run_and_are_cleared_on_several_threads() {
    async fn make_and_clear() {
        for number in 0..50 {
            let timeout = set_timeout(Duration::ZERO, || ());
            let interval = set_interval(Duration::ZERO, || ());
            let (immediate, tick) = (set_immediate(|| ()), next_tick(|| ()));
            tokio::task::yield_now().await;
            interval.clear();
            if number % 2 == 0 {
                timeout.clear();
                immediate.clear();
                tick.clear();
            }
        }
    }
    ah_testing::checked(|collector| {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let makers = (0..8).map(|_| ah_tokio::spawn(make_and_clear()));
            for maker in makers.collect::<Vec<_>>() {
                maker.await.unwrap();
            }
        });
        drop(runtime);
        assert_eq!(inits(collector, "Timeout").len(), 800);
        assert_eq!(inits(collector, "TickObject").len(), 400);
    });
}
