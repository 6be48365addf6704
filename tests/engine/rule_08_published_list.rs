//! Rule 8: the published list of hooks, and threads.

use std::sync::{
    Arc, Barrier, Mutex, OnceLock, Weak,
    atomic::{AtomicBool, Ordering::SeqCst},
    mpsc,
};

use ah_testing::test;
use async_hooks::{AsyncHook, AsyncResource, Hooks, Interest, Phase, prelude::*, promise_hooks};

use crate::support::{Log, OnDrop, in_env, in_env_exempt, poll};

/// A hook that runs `f` at each init.
fn on_init(f: impl Fn(&async_hooks::Init<'_>) + Send + Sync + 'static) -> AsyncHook {
    async_hooks::create_hook(Hooks::builder().init(f).build())
}

/// A hook that writes `name` at each init.
fn named(log: &Log, name: &'static str) -> AsyncHook {
    let log = log.clone();
    on_init(move |resource| log.note(format!("{name} {}", resource.resource_type())))
}

#[test]
fn a_hook_enabled_in_a_callback_counts_from_the_next_emission_on() {
    in_env(|| {
        let log = Log::new();
        let enabled_inside = named(&log, "inside");
        on_init(move |_| {
            enabled_inside.enable();
        })
        .enable();
        drop(AsyncResource::new("A"));
        assert!(log.take().is_empty());
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["inside B"]);
    });
}

#[test]
fn a_hook_disabled_in_a_callback_still_hears_the_emission_under_way() {
    in_env(|| {
        let log = Log::new();
        let disabled_inside = named(&log, "inside");
        let handle = disabled_inside.clone();
        on_init(move |_| {
            handle.disable();
        })
        .enable();
        disabled_inside.enable();
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["inside A"]);
        drop(AsyncResource::new("B"));
        assert!(log.take().is_empty());
    });
}

#[test]
fn a_hook_can_disable_itself_in_its_callback() {
    in_env(|| {
        let log = Log::new();
        let (noting, itself) = (log.clone(), Arc::new(OnceLock::<AsyncHook>::new()));
        let handle = itself.clone();
        let hook = on_init(move |resource| {
            noting.note(resource.resource_type());
            handle.get().unwrap().disable();
        });
        itself.set(hook.clone()).unwrap();
        hook.enable();
        drop(AsyncResource::new("A"));
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["A"]);
    });
}

#[test]
fn nested_emissions_use_the_list_of_the_outermost() {
    // NESTED is forgotten
    in_env_exempt([3], || {
        let log = Log::new();
        let late = log.hook(Interest::new().phases([Phase::Init]).reentrant(true));
        let handle = late.clone();
        on_init(move |resource| {
            if resource.resource_type() == "A" {
                handle.enable();
                std::mem::forget(AsyncResource::new("NESTED"));
            }
        })
        .enable();
        let first = AsyncResource::new("A");
        assert!(log.take().is_empty());
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["init B"]);
        late.disable();
        drop(first);
    });
}

#[test]
fn a_hook_disabled_in_a_callback_still_hears_nested_emissions() {
    // both are forgotten
    in_env_exempt([2, 3], || {
        let log = Log::new();
        let hears_nested = log.hook(Interest::new().phases([Phase::Init]).reentrant(true));
        let handle = hears_nested.clone();
        on_init(move |resource| {
            if resource.resource_type() == "A" {
                handle.disable();
                std::mem::forget(AsyncResource::new("NESTED"));
            }
        })
        .enable();
        hears_nested.enable();
        std::mem::forget(AsyncResource::new("A"));
        assert_eq!(log.take(), ["init NESTED", "init A"]);
    });
}

/// A thread of the current environment that creates a resource of each type it is sent, and says when it did.
struct Maker {
    types: mpsc::Sender<&'static str>,
    made: mpsc::Receiver<()>,
    thread: std::thread::JoinHandle<()>,
}

impl Maker {
    fn start() -> Self {
        let (types, types_there) = mpsc::channel();
        let (made_there, made) = mpsc::channel();
        let thread = async_hooks::thread::spawn(move || {
            for ty in types_there {
                drop(AsyncResource::new(ty));
                made_there.send(()).unwrap();
            }
        });
        Self {
            types,
            made,
            thread,
        }
    }

    fn end(self) {
        drop(self.types);
        self.thread.join().unwrap();
    }

    fn make(&self, ty: &'static str) {
        self.types.send(ty).unwrap();
        self.made.recv().unwrap();
    }
}

#[test]
fn enable_counts_on_other_threads_from_every_emission_that_begins_after_it() {
    in_env(|| {
        let (log, maker) = (Log::new(), Maker::start());
        let hook = named(&log, "heard");
        maker.make("A");
        hook.enable();
        maker.make("B");
        hook.disable();
        maker.make("C");
        assert_eq!(log.take(), ["heard B"]);
        maker.end();
    });
}

/// A hook that is stuck in its callback for `STUCK` until it is let go.
struct Stuck {
    hook: AsyncHook,
    barrier: Arc<Barrier>,
    thread: std::thread::JoinHandle<()>,
}

impl Stuck {
    /// Returns when the callback is under way on another thread. `captured` is captured by the callback.
    fn start(captured: impl Send + Sync + 'static) -> Self {
        let barrier = Arc::new(Barrier::new(2));
        let there = barrier.clone();
        let hook = on_init(move |resource| {
            let _captured = &captured;
            if resource.resource_type() == "STUCK" {
                there.wait();
                there.wait();
            }
        });
        hook.enable();
        let thread = std::thread::spawn(async_hooks::bind(|| drop(AsyncResource::new("STUCK"))));
        barrier.wait();
        Self {
            hook,
            barrier,
            thread,
        }
    }

    fn let_go(self) {
        drop(self.hook);
        self.barrier.wait();
        self.thread.join().unwrap();
    }
}

#[test]
fn enable_and_disable_publish_at_once_and_do_not_wait_for_callbacks_under_way() {
    in_env(|| {
        let log = Log::new();
        let stuck = Stuck::start(());
        // the callback is let go only after this: had one of these to wait for it, the test would hang
        let other = named(&log, "other");
        other.enable();
        drop(AsyncResource::new("A"));
        stuck.hook.disable();
        other.disable();
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["other A"]);
        stuck.let_go();
    });
}

/// A value to be captured, and an observer of its life.
fn observed() -> (Arc<()>, Weak<()>) {
    let value = Arc::new(());
    let observer = Arc::downgrade(&value);
    (value, observer)
}

fn is_alive(observer: &Weak<()>) -> bool {
    observer.strong_count() > 0
}

#[test]
fn captured_values_live_while_the_hook_is_enabled() {
    in_env(|| {
        let (value, observer) = observed();
        on_init(move |_| drop(value.clone())).enable();
        assert!(is_alive(&observer));
    });
}

#[test]
fn captured_values_live_while_there_is_a_handle() {
    in_env(|| {
        let (value, observer) = observed();
        let hook = on_init(move |_| drop(value.clone()));
        hook.enable().disable();
        assert!(is_alive(&observer));
        drop(hook);
        assert!(!is_alive(&observer));
    });
}

#[test]
fn captured_values_are_dropped_by_disable_if_its_handle_is_the_last() {
    in_env(|| {
        let (value, observer) = observed();
        let hook = on_init(move |_| drop(value.clone()));
        hook.enable();
        let handle = hook.clone();
        drop(hook);
        handle.disable();
        drop(handle);
        assert!(!is_alive(&observer));
    });
}

#[test]
fn captured_values_live_until_the_last_emission_that_could_call_the_hook_has_ended() {
    in_env(|| {
        let (value, observer) = observed();
        let stuck = Stuck::start(value);
        stuck.hook.disable();
        assert!(is_alive(&observer));
        stuck.let_go();
        assert!(!is_alive(&observer));
    });
}

#[test]
fn captured_values_live_through_the_callback_that_disables_its_own_hook() {
    in_env(|| {
        let (value, observer) = observed();
        let itself = Arc::new(Mutex::new(None::<AsyncHook>));
        let (handle, observer_inside) = (itself.clone(), observer.clone());
        let alive_inside = Arc::new(AtomicBool::new(false));
        let noted = alive_inside.clone();
        let hook = on_init(move |_| {
            let _captured = &value;
            if let Some(last_handle) = handle.lock().unwrap().take() {
                last_handle.disable();
            }
            noted.store(is_alive(&observer_inside), SeqCst);
        });
        hook.enable();
        *itself.lock().unwrap() = Some(hook);
        drop(AsyncResource::new("A"));
        assert!(alive_inside.load(SeqCst));
        assert!(!is_alive(&observer));
    });
}

#[test]
fn captured_values_are_dropped_outside_of_the_engines_state() {
    in_env(|| {
        let log = Log::start();
        let uses_the_engine = OnDrop(|| {
            let hook = async_hooks::create_hook(Hooks::builder().init(|_| ()).build());
            hook.enable().disable();
            drop(AsyncResource::new("FROM_DROP"));
        });
        let captured = Mutex::new(uses_the_engine);
        let hook = on_init(move |_| drop(captured.lock()));
        hook.enable().disable();
        drop(hook);
        assert_eq!(log.take(), ["init FROM_DROP", "destroy FROM_DROP"]);
    });
}

#[test]
fn promise_hooks_use_the_same_list() {
    in_env(|| {
        let log = Log::new();
        named(&log, "first").enable();
        let noting = log.clone();
        let stop = promise_hooks::on_init(move |promise, _| {
            noting.note(format!("second {}", promise.resource_type()));
        });
        named(&log, "third").enable();
        drop(async {}.traced("F"));
        assert_eq!(log.take(), ["first F", "second F", "third F"]);
        stop.stop();
        drop(async {}.traced("G"));
        assert_eq!(log.take(), ["first G", "third G"]);
    });
}

#[test]
fn a_promise_hook_begun_in_a_callback_counts_from_the_next_emission_on() {
    in_env(|| {
        let log = Log::new();
        let noting = log.clone();
        on_init(move |resource| {
            if resource.resource_type() == "F" {
                let noting = noting.clone();
                promise_hooks::on_init(move |promise, _| noting.note(promise.resource_type()));
            }
        })
        .enable();
        drop(async {}.traced("F"));
        assert!(log.take().is_empty());
        assert!(poll(std::pin::pin!(async {}.traced("G"))).is_ready());
        assert_eq!(log.take(), ["G"]);
    });
}
