//! HK: hooks, how they are created and enabled, and which list an emission uses.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use async_hooks::{AsyncHook, AsyncHooks, AsyncResource, Hooks, Interest, prelude::*};

use crate::support::{Fifo, Notes, SECOND, checked, enable, ids, inits, once, ready, yield_now};

/// A hook that callbacks of other hooks, or its own, enable and disable.
type Later = Arc<OnceLock<AsyncHook>>;

fn is_first(times: &AtomicUsize) -> bool {
    times.fetch_add(1, Relaxed) == 0
}

#[test]
fn hk_01_a_hook_is_made_of_any_of_five_callbacks_or_of_none() {
    // Node: anything but a function is refused at creation; here: it does not compile, and absent means absent.
    checked(|_| {
        let notes = Notes::new();
        enable(Hooks::builder());
        enable(Hooks::builder().before(notes.on("before")));
        enable(Hooks::builder().after(notes.on("after")));
        enable(Hooks::builder().destroy(notes.on("destroy")));
        enable(Hooks::builder().promise_resolve(notes.on("resolve")));
        AsyncResource::new("A").run_in_async_scope(|| ());
        assert_eq!(notes.take(), ["before 2", "after 2", "destroy 2"]);
    });
}

/// The events of a hook, in short.
fn heard_by(name: &str, heard: &[String]) -> String {
    let lines = heard.iter().filter_map(|line| line.strip_prefix(name));
    lines.map(|line| line.trim_start_matches(':')).collect()
}

#[test]
fn hk_03_hooks_that_enable_and_disable_each_other_in_mid_run() {
    checked(|_| {
        let notes = Notes::new();
        let (first, second, third) = (Later::default(), Later::default(), Later::default());
        let (itself, enabled, disabled) = (first.clone(), second.clone(), third.clone());
        let (before, after) = (notes.on("first: before"), notes.on("first: after"));
        let hooks = notes.all("first").before(move |id| {
            before(id);
            match id.get() {
                2 => enabled.get().unwrap().enable(),
                _ => disabled.get().unwrap().disable(),
            };
        });
        let hooks = hooks.after(move |id| {
            after(id);
            if id == 3 {
                itself.get().unwrap().disable();
            }
        });
        first
            .get_or_init(|| async_hooks::create_hook(hooks.build()))
            .enable();
        second.get_or_init(|| notes.hook("second"));
        third.get_or_init(|| notes.hook("third")).enable();
        AsyncResource::new("A").run_in_async_scope(|| ());
        AsyncResource::new("B").run_in_async_scope(|| ());
        let heard = notes.take();
        let of = |name| heard_by(name, &heard);
        assert_eq!(
            of("first"),
            " init 2 before 2 after 2 destroy 2 init 3 before 3 after 3"
        );
        assert_eq!(
            of("second"),
            " after 2 destroy 2 init 3 before 3 after 3 destroy 3"
        );
        assert_eq!(
            of("third"),
            " init 2 before 2 after 2 destroy 2 init 3 before 3"
        );
    });
}

#[test]
fn hk_04_a_hook_enabled_in_an_init_hears_neither_that_init_nor_one_nested_in_it() {
    // Node: what a callback creates is announced to all hooks; here: to those that ask for it with `reentrant`.
    checked(|_| {
        let notes = Notes::new();
        let inner: Later = Later::default();
        let (later, times) = (inner.clone(), AtomicUsize::new(0));
        let outer = notes.on("outer");
        enable(
            Hooks::builder()
                .init(move |resource| {
                    outer(resource.async_id());
                    if is_first(&times) {
                        later.get().unwrap().enable();
                        drop(AsyncResource::new("NESTED"));
                    }
                })
                .reentrant(true),
        );
        let inner_init = notes.on("inner");
        let hooks = Hooks::builder()
            .init(move |resource| inner_init(resource.async_id()))
            .reentrant(true);
        inner.get_or_init(|| async_hooks::create_hook(hooks.build()));
        let quiet = notes.on("not reentrant");
        enable(Hooks::builder().init(move |resource| quiet(resource.async_id())));
        drop(AsyncResource::new("A"));
        assert_eq!(notes.take(), ["outer 2", "outer 3", "not reentrant 2"]);
    });
}

#[test]
fn hk_06_enabling_the_same_hook_from_two_inits_registers_it_once() {
    checked(|_| {
        let notes = Notes::new();
        let inner: Later = Later::default();
        let later = inner.clone();
        enable(Hooks::builder().init(move |_| {
            later.get().unwrap().enable();
        }));
        let init = notes.on("inner");
        let hooks = Hooks::builder().init(move |resource| init(resource.async_id()));
        inner.get_or_init(|| async_hooks::create_hook(hooks.build()));
        drop(AsyncResource::new("A"));
        drop(AsyncResource::new("B"));
        drop(AsyncResource::new("C"));
        assert_eq!(notes.take(), ["inner 3", "inner 4"]);
    });
}

/// What a hook receives that is enabled in the body of what `start` starts.
fn heard_late(start: impl FnOnce(&Fifo, Box<dyn FnOnce()>)) -> Vec<String> {
    checked(|_| {
        let (fifo, notes) = (Fifo::new(), Notes::new());
        let hook = notes.hook("late");
        start(
            &fifo,
            Box::new(move || {
                hook.enable();
            }),
        );
        fifo.advance(SECOND);
        notes.take()
    })
}

#[test]
fn hk_07_a_hook_enabled_in_a_running_callback_hears_its_after_and_destroy() {
    let expected = ["late: after 2", "late: destroy 2"];
    assert_eq!(heard_late(|fifo, f| drop(fifo.immediate(f))), expected);
    assert_eq!(
        heard_late(|fifo, f| drop(fifo.timeout(SECOND, once(f)))),
        expected
    );
    let tick_of_an_immediate = heard_late(|fifo, f| {
        let there = fifo.clone();
        fifo.immediate(move || {
            there.defer(f);
        });
    });
    assert_eq!(tick_of_an_immediate, ["late: after 3", "late: destroy 3"]);
}

#[test]
fn hk_08_hooks_are_enabled_counts_hooks_and_not_callbacks() {
    checked(|collector| {
        collector.stop();
        assert!(!async_hooks::hooks_enabled());
        let empty = async_hooks::create_hook(Hooks::builder().build());
        assert!(!async_hooks::hooks_enabled());
        empty.enable();
        assert!(async_hooks::hooks_enabled());
        empty.disable();
        assert!(!async_hooks::hooks_enabled());
    });
}

#[test]
fn hk_09_a_hook_enabled_again_keeps_futures_tracked() {
    // Node: each await continues under an id of its own; here: a future has one id, before and after an await.
    checked(|collector| {
        collector.stop();
        let notes = Notes::new();
        let hook = notes.hook("first");
        hook.enable().disable().enable();
        notes.hook("second").enable();
        let fifo = Fifo::new();
        let task = fifo.spawn(
            async {
                let before = ids();
                yield_now().await;
                (before, ids())
            }
            .traced("REPORT"),
        );
        fifo.run();
        assert_eq!(task.take(), Some(((2, 1), (2, 1))));
    });
}

#[test]
fn hk_11_a_hook_that_disables_itself_in_its_init_hears_no_more_of_that_resource() {
    checked(|_| {
        let notes = Notes::new();
        let this: Later = Later::default();
        let (later, init) = (this.clone(), notes.on("init"));
        let hooks = notes.all("hook").init(move |resource| {
            init(resource.async_id());
            later.get().unwrap().disable();
        });
        this.get_or_init(|| async_hooks::create_hook(hooks.build()))
            .enable();
        AsyncResource::new("A").run_in_async_scope(|| ());
        assert_eq!(notes.take(), ["init 2"]);
    });
}

#[test]
fn hk_13_what_a_hook_wants_is_read_once_when_it_is_created() {
    struct Asked(Arc<AtomicUsize>);
    impl AsyncHooks for Asked {
        fn interest(&self) -> Interest {
            self.0.fetch_add(1, Relaxed);
            Interest::new()
        }
    }
    checked(|_| {
        let asked = Arc::new(AtomicUsize::new(0));
        let hook = async_hooks::create_hook(Asked(asked.clone()));
        hook.enable().disable().enable();
        AsyncResource::new("A").run_in_async_scope(|| ());
        assert_eq!(asked.load(Relaxed), 1);
    });
}

#[test]
fn hk_14_what_describes_a_resource_is_not_made_for_hooks_without_an_init() {
    checked(|collector| {
        collector.stop();
        let made = Arc::new(AtomicUsize::new(0));
        let make = || {
            let made = made.clone();
            let builder = AsyncResource::builder("A").data(move || made.fetch_add(1, Relaxed));
            builder.build().unwrap().run_in_async_scope(|| ());
        };
        enable(Hooks::builder().after(|_| ()));
        make();
        assert_eq!(made.load(Relaxed), 0);
        enable(Hooks::builder().init(|_| ()));
        make();
        assert_eq!(made.load(Relaxed), 1);
    });
}

#[test]
fn hk_15_a_hook_toggled_along_a_chain_of_tasks_hears_what_was_made_meanwhile() {
    checked(|_| {
        let (fifo, notes) = (Fifo::new(), Notes::new());
        let init = notes.on("init");
        let hook = async_hooks::create_hook(
            Hooks::builder()
                .init(move |resource| init(resource.async_id()))
                .build(),
        );
        let _first = fifo.spawn({
            let fifo = fifo.clone();
            async move {
                hook.enable().enable();
                fifo.spawn(async { drop(AsyncResource::new("HEARD")) })
                    .await;
                hook.disable().disable();
                drop(AsyncResource::new("UNHEARD"));
                fifo.spawn(async {}).await;
            }
        });
        fifo.run();
        assert_eq!(notes.take(), ["init 3", "init 4"]);
    });
}

#[test]
fn hk_17_by_default_futures_are_announced_with_themselves_as_resource() {
    // Node: the type is PROMISE; here: the one that the future was given.
    checked(|collector| {
        let is_promise = Arc::new(OnceLock::new());
        let there = is_promise.clone();
        enable(Hooks::builder().init(move |init| {
            there
                .set((init.is_promise(), init.resource().async_id()))
                .unwrap();
        }));
        let report = async {}.traced("REPORT");
        let id = report.async_id().unwrap();
        assert_eq!(is_promise.get(), Some(&(true, id)));
        assert_eq!(inits(collector, "REPORT").len(), 1);
        ready(report);
    });
}

#[test]
fn hk_18_a_hook_that_tracks_no_promises_hears_of_no_future() {
    checked(|_| {
        let notes = Notes::new();
        let hooks = Hooks::builder().before(notes.on("before")).init({
            let init = notes.on("init");
            move |resource| init(resource.async_id())
        });
        enable(hooks.track_promises(false));
        ready(async {}.traced("REPORT"));
        assert_eq!(notes.take(), Vec::<String>::new());
    });
}

#[test]
fn hk_19_such_hooks_alone_do_not_even_give_futures_ids() {
    checked(|collector| {
        collector.stop();
        enable(Hooks::builder().init(|_| ()).track_promises(false));
        let report = async { ids() }.traced("REPORT");
        assert_eq!(report.async_id(), None);
        assert_eq!(ready(report), (1, 0));
    });
}

#[test]
fn hk_21_futures_are_no_longer_tracked_when_the_last_hook_disables_itself() {
    // Node: disabled from its own callback it leaves the tracking on, a defect; here: off, as from outside.
    checked(|collector| {
        collector.stop();
        let this: Later = Later::default();
        let later = this.clone();
        let hooks = Hooks::builder().init(move |_| {
            later.get().unwrap().disable();
        });
        let hook = this.get_or_init(|| async_hooks::create_hook(hooks.build()));
        hook.enable();
        ready(async {}.traced("REPORT"));
        assert!(!async_hooks::hooks_enabled());
        assert_eq!(async {}.traced("REPORT").async_id(), None);
        hook.enable().disable();
        assert_eq!(async {}.traced("REPORT").async_id(), None);
    });
}

#[test]
fn hk_22_futures_lose_their_tracking_with_the_last_hook_that_tracks_them() {
    // Node: ids are kept up for as long as any hook is enabled; here: only while one wants futures.
    checked(|collector| {
        collector.stop();
        let tracking = enable(Hooks::builder().init(|_| ()));
        enable(Hooks::builder().init(|_| ()).track_promises(false));
        assert!(async {}.traced("REPORT").async_id().is_some());
        tracking.disable();
        assert_eq!(async {}.traced("REPORT").async_id(), None);
        assert!(async_hooks::hooks_enabled());
    });
}
