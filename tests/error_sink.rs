//! What the error sink, which is one for the process, receives.

use std::{
    panic::panic_any,
    sync::{Arc, Mutex, Once},
    thread::{self, ThreadId},
};

use ah_testing::CheckedEnv;
use async_hooks::{
    AsyncHooks, AsyncLocalStorage, AsyncResource, EngineError, Hooks, HooksBuilder, Init, embedder,
    set_error_sink,
};

static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
static ERRORS: Mutex<Vec<(ThreadId, String)>> = Mutex::new(Vec::new());

/// The sink of all tests: it remembers on which thread it was called.
fn remember(error: &EngineError<'_>) {
    let line = match error {
        EngineError::HookPanicked(panic) => {
            let payload = panic.payload().downcast_ref::<&str>();
            let (hook, phase, id) = (panic.hook(), panic.phase(), panic.async_id());
            format!("hook {hook}, phase {phase}, id {id}, payload {payload:?}")
        }
        other => other.to_string(),
    };
    let replace = line.contains("replace the sink");
    let panics = line.contains("panic in the sink");
    ERRORS.lock().unwrap().push((thread::current().id(), line));
    if replace {
        set_error_sink(remember);
    }
    if panics {
        panic_any(PanicsInDrop);
    }
}

struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        panic!("drop");
    }
}

/// Runs `f` in an environment of its own and returns what the sink received meanwhile on this thread.
fn errors_of(f: impl FnOnce()) -> Vec<String> {
    static SET: Once = Once::new();
    SET.call_once(|| set_error_sink(remember));
    CheckedEnv::new().run(f);
    errors_on(thread::current().id())
}

fn errors_on(thread: ThreadId) -> Vec<String> {
    let mut errors = ERRORS.lock().unwrap();
    let (here, elsewhere): (Vec<_>, Vec<_>) = errors.drain(..).partition(|(id, _)| *id == thread);
    *errors = elsewhere;
    here.into_iter().map(|(_, line)| line).collect()
}

/// Enables a hook and goes through the life of a resource.
fn live_with(hooks: HooksBuilder) {
    async_hooks::create_hook(hooks.build()).enable();
    AsyncResource::new("A").run_in_async_scope(|| ());
}

#[test]
fn it_gets_the_hook_the_phase_the_id_and_the_payload_of_a_panic() {
    let errors = errors_of(|| live_with(Hooks::builder().name("metrics").init(|_| panic!("boom"))));
    let expected = r#"hook metrics, phase init, id 2, payload Some("boom")"#;
    assert_eq!(errors, [expected]);
}

#[test]
fn it_gets_the_phase_of_each_callback() {
    let phase_of = |hooks: HooksBuilder| errors_of(|| live_with(hooks.name("metrics"))).concat();
    let before = phase_of(Hooks::builder().before(|_| panic!("boom")));
    assert!(before.starts_with("hook metrics, phase before, id 2"));
    let after = phase_of(Hooks::builder().after(|_| panic!("boom")));
    assert!(after.starts_with("hook metrics, phase after, id 2"));
    let destroy = phase_of(Hooks::builder().destroy(|_| panic!("boom")));
    assert!(destroy.starts_with("hook metrics, phase destroy, id 2"));
}

struct Metrics;

impl AsyncHooks for Metrics {
    fn init(&self, _: &Init<'_>) {
        panic!("boom");
    }
}

#[test]
fn a_hook_without_a_name_is_called_by_its_type() {
    let errors = errors_of(|| {
        async_hooks::create_hook(Metrics).enable();
        drop(AsyncResource::new("A"));
    });
    assert!(
        errors
            .concat()
            .starts_with("hook error_sink::Metrics, phase init")
    );
}

#[test]
fn each_panic_of_an_emission_is_told() {
    let errors = errors_of(|| {
        for name in ["first", "second"] {
            let hooks = Hooks::builder().name(name).init(|_| panic!("boom"));
            async_hooks::create_hook(hooks.build()).enable();
        }
        drop(AsyncResource::new("A"));
    });
    assert_eq!(errors.len(), 2);
    assert!(errors[0].starts_with("hook first"));
    assert!(errors[1].starts_with("hook second"));
}

#[test]
fn a_panic_in_the_sink_is_swallowed_though_its_payload_panics_too() {
    let errors = errors_of(|| {
        live_with(Hooks::builder().init(|_| panic!("panic in the sink")));
        assert_eq!(async_hooks::execution_async_id(), 1);
    });
    assert_eq!(errors.len(), 1);
}

#[test]
fn the_sink_may_set_another_sink() {
    let errors = errors_of(|| live_with(Hooks::builder().init(|_| panic!("replace the sink"))));
    assert_eq!(errors.len(), 1);
}

#[test]
fn the_payload_of_a_hook_whose_own_drop_panics_is_told_once() {
    let errors = errors_of(|| live_with(Hooks::builder().init(|_| panic_any(PanicsInDrop))));
    assert_eq!(errors.len(), 1);
    assert!(errors[0].ends_with("payload None"));
}

#[test]
fn the_drop_of_what_a_hook_captured_is_told_when_it_panics() {
    let errors = errors_of(|| {
        let captured = PanicsInDrop;
        let hooks = Hooks::builder().init(move |_| {
            let _captured = &captured;
        });
        let hook = Mutex::new(Some(async_hooks::create_hook(hooks.build())));
        if let Some(hook) = &*hook.lock().unwrap() {
            hook.enable();
        }
        live_with(Hooks::builder().init(move |_| {
            if let Some(hook) = hook.lock().unwrap().take() {
                hook.disable();
            }
        }));
    });
    assert_eq!(errors, ["a value panicked while it was dropped: drop"]);
}

static BOMBS: AsyncLocalStorage<PanicsInDrop> = AsyncLocalStorage::new();

#[test]
fn the_drop_of_a_store_that_a_callback_entered_is_told_when_it_panics() {
    let errors = errors_of(|| live_with(Hooks::builder().init(|_| BOMBS.enter_with(PanicsInDrop))));
    assert_eq!(errors, ["a value panicked while it was dropped: drop"]);
}

#[test]
fn a_scope_that_ends_with_contexts_left_above_it_is_told() {
    let errors = errors_of(|| {
        AsyncResource::new("A").run_in_async_scope(|| embedder::emit_before(50.into(), 1.into()));
    });
    let expected = "async hook stack has become corrupted (actual: 50, expected: 2)";
    assert_eq!(errors, [expected]);
}

#[test]
fn a_balanced_scope_is_not_told() {
    let errors = errors_of(|| {
        AsyncResource::new("A").run_in_async_scope(|| {
            embedder::emit_before(50.into(), 1.into());
            embedder::emit_after(50.into()).unwrap();
        });
    });
    assert!(errors.is_empty());
}

#[test]
fn a_guard_dropped_out_of_order_is_told() {
    let errors = errors_of(|| {
        let first = STORE.with_scope(1);
        let second = STORE.with_scope(2);
        drop(first);
        drop(second);
    });
    let expected = "a storage guard was dropped before the guards created after it";
    assert_eq!(errors, [expected]);
}

#[test]
fn a_guard_dropped_where_its_entry_is_not_current_is_not_told() {
    let errors = errors_of(|| {
        drop(AsyncResource::new("A").run_in_async_scope(|| STORE.with_scope(1)));
    });
    assert!(errors.is_empty());
}

#[test]
fn enter_with_after_the_threads_storage_is_gone_is_told() {
    struct AtEnd(Arc<Mutex<Option<u32>>>);
    impl Drop for AtEnd {
        fn drop(&mut self) {
            STORE.enter_with(8);
            *self.0.lock().unwrap() = STORE.get();
        }
    }
    thread_local! {
        static AT_END: std::cell::RefCell<Option<AtEnd>> = const { std::cell::RefCell::new(None) };
    }
    assert!(errors_of(|| ()).is_empty());
    let seen = Arc::new(Mutex::new(Some(0)));
    let there = seen.clone();
    // thread-locals go in the reverse order of their first use
    let ending = thread::spawn(move || {
        AT_END.set(Some(AtEnd(there)));
        STORE.enter_with(7);
    });
    let id = ending.thread().id();
    ending.join().unwrap();
    assert_eq!(*seen.lock().unwrap(), None);
    let expected = "`enter_with` came after this thread's storage was dropped";
    assert_eq!(errors_on(id), [expected]);
}
