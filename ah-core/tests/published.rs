//! The published hook list: read by many threads without counting, replaced at any time, freed in time.
//!
//! Runs under Miri and the address sanitizer, too: see `.ci/run`.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use ah_core::{AsyncHook, AsyncResource, Env, Hooks, create_hook};

const CHANGES: usize = if cfg!(miri) { 30 } else { 20_000 };

/// Something that a hook captures: on the heap, checked at each use, counted when it is dropped.
struct Captured {
    text: String,
    dropped: Arc<AtomicUsize>,
}

impl Captured {
    fn new(dropped: &Arc<AtomicUsize>) -> Self {
        Self {
            text: "captured by a hook".into(),
            dropped: dropped.clone(),
        }
    }

    fn check(&self) {
        assert_eq!(self.text, "captured by a hook");
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        self.check();
        self.text.push_str(", and dropped");
        self.dropped.fetch_add(1, SeqCst);
    }
}

fn listen(captured: Captured) -> AsyncHook {
    let hook = create_hook(Hooks::builder().init(move |_| captured.check()).build());
    hook.enable();
    hook
}

#[test]
fn lists_are_replaced_under_readers_and_all_are_freed() {
    let env = Env::new();
    let (dropped, stop) = (Arc::new(AtomicUsize::new(0)), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(SeqCst) {
                    env.run(|| drop(AsyncResource::new("TEST")));
                }
            });
        }
        for _ in 0..CHANGES {
            env.run(|| listen(Captured::new(&dropped)).disable().clone());
        }
        stop.store(true, SeqCst);
    });
    assert_eq!(
        dropped.load(SeqCst),
        CHANGES,
        "each is dropped as soon as nobody can call it"
    );
}

#[test]
fn a_list_is_freed_at_the_end_of_the_emission_that_reads_it() {
    let dropped = Arc::new(AtomicUsize::new(0));
    Env::new().run(|| {
        let slot: Arc<Mutex<Option<AsyncHook>>> = Arc::default();
        let captured = Captured::new(&dropped);
        let (inner, seen) = (slot.clone(), dropped.clone());
        let hook = create_hook(
            Hooks::builder()
                .init(move |_| {
                    let own = inner.lock().unwrap().take();
                    drop(own.map(|own| own.disable().clone()));
                    captured.check();
                    assert_eq!(seen.load(SeqCst), 0, "still in use");
                })
                .build(),
        );
        hook.enable();
        *slot.lock().unwrap() = Some(hook);
        drop(AsyncResource::new("TEST"));
        assert_eq!(dropped.load(SeqCst), 1);
    });
}

#[test]
fn emissions_in_other_environments_read_their_own_lists() {
    let (outer, inner) = (Env::new(), Env::new());
    let log: Arc<Mutex<Vec<&str>>> = Arc::default();
    let say = |text: &'static str| {
        let log = log.clone();
        move || log.lock().unwrap().push(text)
    };
    let (say_outer, say_inner, back) = (say("outer"), say("inner"), outer.clone());
    let in_inner = inner.run(|| {
        let hooks = Hooks::builder().reentrant(true).init(move |_| {
            say_inner();
            back.run(|| drop(AsyncResource::new("AGAIN"))); // the outer list, pinned below
        });
        create_hook(hooks.build()).enable().clone()
    });
    let other = inner.clone();
    let in_outer = outer.run(|| {
        let hooks = Hooks::builder().reentrant(true).init(move |resource| {
            say_outer();
            if resource.resource_type() == "FIRST" {
                other.run(|| drop(AsyncResource::new("NESTED")));
            }
        });
        let hook = create_hook(hooks.build()).enable().clone();
        drop(AsyncResource::new("FIRST"));
        hook
    });
    in_inner.disable(); // each keeps the other's environment
    in_outer.disable();
    assert_eq!(*log.lock().unwrap(), ["outer", "inner", "outer"]);
}

#[test]
fn what_a_hook_captured_is_dropped_outside_of_our_state() {
    struct CallsBack(Arc<AtomicUsize>);
    impl Drop for CallsBack {
        fn drop(&mut self) {
            let called = self.0.clone();
            let hook = create_hook(
                Hooks::builder()
                    .init(move |_| _ = called.fetch_add(1, SeqCst))
                    .build(),
            );
            hook.enable();
            drop(AsyncResource::new("TEST"));
            hook.disable();
        }
    }
    let called = Arc::new(AtomicUsize::new(0));
    Env::new().run(|| {
        let captured = CallsBack(called.clone());
        let hook = create_hook(Hooks::builder().init(move |_| _ = &captured).build());
        hook.enable().disable();
        drop(hook);
    });
    assert_eq!(called.load(SeqCst), 1);
}

#[test]
fn hooks_hear_what_happens_while_a_thread_ends() {
    struct AtExit(Cell<Option<Arc<AtomicUsize>>>);
    impl Drop for AtExit {
        fn drop(&mut self) {
            let hook = self.0.take().map(|heard| {
                let hooks = Hooks::builder().init({
                    let heard = heard.clone();
                    move |_| _ = heard.fetch_add(1, SeqCst)
                });
                create_hook(
                    hooks
                        .destroy(move |_| _ = heard.fetch_add(10, SeqCst))
                        .build(),
                )
            });
            let hook = hook.expect("set by the test");
            hook.enable();
            drop(AsyncResource::new("TEST"));
            hook.disable();
        }
    }
    thread_local! {
        static FIRST: AtExit = const { AtExit(Cell::new(None)) };
        static LAST: AtExit = const { AtExit(Cell::new(None)) };
    }
    let heard = Arc::new(AtomicUsize::new(0));
    let set = heard.clone();
    thread::spawn(move || {
        let env = Env::new();
        FIRST.with(|at_exit| at_exit.0.set(Some(set.clone())));
        env.run(|| drop(AsyncResource::new("TEST"))); // our own thread-locals are created in between
        LAST.with(|at_exit| at_exit.0.set(Some(set)));
    })
    .join()
    .unwrap();
    assert_eq!(heard.load(SeqCst), 22);
}
