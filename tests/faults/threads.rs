//! Threads that end while scopes are open: what was queued is delivered, and what was current is let go.

use std::{
    cell::RefCell,
    future::pending,
    mem::forget,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Waker},
};

use ah_testing::Collector;
use async_hooks::{
    AsyncLocalStorage, AsyncResource, Env, Phase, Task, embedder::CallbackScope, prelude::*,
};

static STORE: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::new();

/// Runs `f` with a value on a thread of its own to the thread's end, and checks that the value is dropped then.
fn ends_with(f: impl FnOnce(Arc<()>) + Send + 'static) {
    let value = Arc::new(());
    let given = value.clone();
    std::thread::spawn(move || f(given)).join().unwrap();
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn a_store_that_is_current_goes_with_the_thread() {
    ends_with(|value| STORE.enter_with(value));
    ends_with(|value| {
        let mut guards = Vec::new();
        for _ in 0..100 {
            guards.push(STORE.with_scope(value.clone()));
            STORE.enter_with(value.clone());
        }
        drop(guards); // the first one first
    });
}

#[test]
fn a_guard_that_outlives_its_thread_s_stores_does_nothing() {
    thread_local! {
        static GUARD: RefCell<Option<async_hooks::ScopeGuard>> = const { RefCell::new(None) };
    }
    ends_with(|value| {
        GUARD.set(None); // used first, so dropped last
        GUARD.set(Some(STORE.with_scope(value)));
    });
}

#[test]
fn a_destroy_that_waits_for_a_scope_is_told_at_the_end_of_the_thread() {
    let env = Env::new();
    let collector = env.run(Collector::start);
    let id = std::thread::scope(|threads| {
        let thread = threads.spawn(|| {
            let resource = env.run(|| AsyncResource::new("A"));
            let id = resource.async_id();
            forget(CallbackScope::enter(50.into(), 1.into()));
            drop(resource);
            assert_eq!(collector.count(Phase::Destroy, id), 0);
            id
        });
        thread.join().unwrap()
    });
    assert_eq!(collector.count(Phase::Destroy, id), 1);
}

#[test]
fn a_future_that_is_dropped_while_its_thread_ends_sees_its_stores_and_is_destroyed() {
    struct Looks(Arc<Mutex<Vec<bool>>>);
    impl Drop for Looks {
        fn drop(&mut self) {
            self.0
                .lock()
                .unwrap()
                .push(STORE.with(|store| store.is_some()));
        }
    }
    type Kept = Pin<Box<dyn Future<Output = ()>>>;
    thread_local! {
        static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
    }
    let env = Env::new();
    let collector = env.run(Collector::start);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let looks = || {
        let looks = Looks(seen.clone());
        async move {
            let _looks = looks;
            pending::<()>().await;
        }
    };
    let (traced, task) = env.run(|| {
        let make = || (looks().traced("F"), Task::new(looks()));
        STORE.run::<_, async_hooks::Value>(Arc::default(), make)
    });
    let keep = move || {
        KEPT.set(Vec::new()); // used first, so dropped last
        let mut kept: Vec<Kept> = vec![Box::pin(traced), Box::pin(task)];
        for future in &mut kept {
            let polled = future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending());
        }
        KEPT.set(kept);
    };
    std::thread::spawn(keep).join().unwrap();
    assert_eq!(*seen.lock().unwrap(), [true, true]);
    let checked = env.run(|| collector.check());
    checked.unwrap_or_else(|broken| panic!("{broken}"));
}

#[test]
fn a_thread_that_panics_with_scopes_open_leaves_nothing() {
    let env = Env::new();
    let collector = env.run(Collector::start);
    let value = Arc::new(());
    let panics = || {
        STORE.enter_with(value.clone());
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| {
            let _guard = STORE.with_scope(value.clone());
            std::panic::resume_unwind(Box::new(()));
        });
    };
    env.run(|| {
        async_hooks::thread::scope(|threads| assert!(threads.spawn(panics).join().is_err()));
    });
    assert_eq!(Arc::strong_count(&value), 1);
    let checked = env.run(|| collector.check());
    checked.unwrap_or_else(|broken| panic!("{broken}"));
}
