//! Rule 14: user code runs while nothing of the engine is borrowed, and every exit path restores.

use std::{
    cell::RefCell,
    future::{Future, pending, poll_fn},
    pin::pin,
    sync::{Arc, Mutex, Weak},
};

use ah_testing::test;
use async_hooks::{
    AsyncLocalStorage, AsyncResource, Env, Hooks, RunOutput, Snapshot, Task, Value,
    embedder::{CallbackScope, drive, run_in_root, run_in_worker},
    prelude::*,
};

use crate::support::{
    Log, OnDrop, STORE, here, in_both_envs, in_env, in_env_exempt, panic_of, poll,
};

/// Uses all parts of the engine.
fn use_the_engine() {
    let resource = STORE.run(7, || AsyncResource::new("USED"));
    assert_eq!(resource.run_in_async_scope(|| STORE.get()), Some(7));
    resource.handle().extensions().insert(7_u32);
    assert!(poll(pin!(async {}.traced("USED"))).is_ready());
    let hook = async_hooks::create_hook(Hooks::builder().init(|_| ()).build());
    hook.enable().disable();
    async_hooks::flush_destroys();
}

type UsesTheEngine = OnDrop<fn()>;

fn used_in_drop() -> UsesTheEngine {
    OnDrop(use_the_engine)
}

static USES_THE_ENGINE: AsyncLocalStorage<UsesTheEngine> = AsyncLocalStorage::new();

#[test]
fn the_drop_of_a_store_may_use_the_engine() {
    in_env(|| {
        USES_THE_ENGINE.run(used_in_drop(), || ());
        USES_THE_ENGINE.enter_with(used_in_drop());
        USES_THE_ENGINE.enter_with(used_in_drop());
        drop(USES_THE_ENGINE.with_scope(used_in_drop()));
        let resource = USES_THE_ENGINE.run(used_in_drop(), || AsyncResource::new("A"));
        drop(resource);
        drop(USES_THE_ENGINE.scope(used_in_drop(), async {}));
    });
}

#[test]
fn the_drop_of_a_store_under_a_listening_hook_may_use_the_engine() {
    in_env(|| {
        let _listening = Log::start();
        let future = USES_THE_ENGINE.run::<_, Value>(used_in_drop(), || async {}.traced("F"));
        assert!(poll(pin!(future)).is_ready());
        let task = USES_THE_ENGINE.run::<_, Value>(used_in_drop(), || Task::new(async {}));
        drop(task);
    });
}

#[test]
fn the_drop_of_an_extension_may_use_the_engine() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        let extensions = resource.handle().extensions();
        extensions.insert(used_in_drop());
        extensions.insert(used_in_drop());
        extensions.remove::<UsesTheEngine>();
        extensions.insert(used_in_drop());
        drop(resource);
    });
}

#[test]
fn the_drop_of_what_a_hook_captured_may_use_the_engine() {
    in_env(|| {
        let captured = Mutex::new(used_in_drop());
        let hook = async_hooks::create_hook(
            Hooks::builder()
                .init(move |_| drop(captured.lock()))
                .build(),
        );
        hook.enable().disable();
        drop(hook);
    });
}

#[test]
fn the_drop_of_a_body_and_of_its_result_may_use_the_engine() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        let captured = used_in_drop();
        drop(resource.run_in_async_scope(move || captured));
        let captured = used_in_drop();
        drop(resource.scope(async move { drop(captured) }));
    });
}

#[test]
fn the_data_of_a_resource_may_use_the_engine() {
    in_env(|| {
        let _listening = Log::start();
        let data = || {
            use_the_engine();
            used_in_drop()
        };
        drop(AsyncResource::builder("A").data(data).build());
    });
}

#[test]
fn a_panic_of_the_data_reaches_the_maker_and_leaves_everything_in_order() {
    in_env(|| {
        let log = Log::start();
        let builder = AsyncResource::builder("A").data(|| panic!("data"));
        assert_eq!(panic_of(|| builder.build()), "data");
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["init B", "destroy B"]);
        assert_eq!(here(), "in 1<0, store -");
    });
}

#[test]
fn a_panic_of_the_drop_of_the_data_is_contained_since_the_resource_is_announced() {
    in_env(|| {
        let log = Log::start();
        let builder = AsyncResource::builder("A").data(|| OnDrop(|| panic!("drop of data")));
        drop(builder.build());
        assert_eq!(log.take(), ["init A", "destroy A"]);
        assert_eq!(here(), "in 1<0, store -");
    });
}

#[test]
fn a_panic_of_the_drop_of_an_extension_is_contained_since_the_destroy_is_to_be_told() {
    in_env(|| {
        let log = Log::start();
        let resource = AsyncResource::new("A");
        let extensions = resource.handle().extensions();
        extensions.insert(OnDrop(|| panic!("drop of an extension")));
        drop(resource);
        assert_eq!(log.take(), ["init A", "destroy A"]);
    });
}

#[test]
fn every_callback_may_use_the_engine() {
    in_env(|| {
        let hooks = Hooks::builder()
            .init(|_| use_the_engine())
            .before(|_| use_the_engine())
            .after(|_| use_the_engine())
            .promise_resolve(|_| use_the_engine())
            .destroy(|_| use_the_engine());
        async_hooks::create_hook(hooks.build()).enable();
        assert!(poll(pin!(async {}.traced("F"))).is_ready());
    });
}

/// Leaves things behind, as a careless body does.
fn disturb() {
    STORE.enter_with(99);
    async_hooks::embedder::emit_before(98.into(), 97.into());
}

/// Checks that `run` restores everything around a body that disturbs, whether it returns or panics.
fn restores(run: impl Fn(&dyn Fn())) {
    in_env_exempt([50], || {
        let scope = STORE.run(7, || AsyncResource::new("SCOPE"));
        scope.run_in_async_scope(|| {
            let is_restored = || {
                assert_eq!(here(), "in 2<1, store 7");
                assert_eq!(AsyncResource::new("A").trigger_async_id(), 50);
            };
            async_hooks::default_trigger_async_id_scope(50, || {
                run(&disturb);
                is_restored();
                let panics = || {
                    disturb();
                    panic!("body");
                };
                assert_eq!(panic_of(|| run(&panics)), "body");
                is_restored();
            });
        });
        assert_eq!(here(), "in 1<0, store -");
    });
}

fn poll_a<F: Future<Output = ()>>(future: F) {
    assert!(poll(pin!(future)).is_ready());
}

#[test]
fn closures_of_resources_restore() {
    restores(|body| AsyncResource::new("A").run_in_async_scope(body));
    restores(|body| AsyncResource::new("A").bind(body)());
}

#[test]
fn closures_of_snapshots_restore() {
    restores(|body| async_hooks::snapshot().run(body));
    restores(|body| async_hooks::bind(body)());
}

#[test]
fn task_boundaries_restore() {
    restores(|body| Env::new().run(body));
    restores(|body| async_hooks::detached(|| run_in_root(body)));
    restores(|body| async_hooks::detached(|| run_in_worker(body)));
}

#[test]
fn futures_restore() {
    restores(|body| poll_a(AsyncResource::new("A").scope(async { body() })));
    restores(|body| poll_a(Task::new(async { body() })));
    restores(|body| poll_a(Env::new().scope(async { body() })));
}

#[test]
fn announced_futures_restore() {
    restores(|body| {
        let _listening = Log::start();
        poll_a(async { body() }.traced("F"));
    });
}

/// A body that enters stores only: for what has no context of its own.
fn restores_the_frame(run: impl Fn(&dyn Fn())) {
    in_both_envs(|| {
        STORE.run(7, || {
            run(&|| STORE.enter_with(99));
            assert_eq!(here(), "in 1<0, store 7");
            let panics = || {
                STORE.enter_with(99);
                panic!("body");
            };
            assert_eq!(panic_of(|| run(&panics)), "body");
            assert_eq!(here(), "in 1<0, store 7");
        });
    });
}

#[test]
fn what_only_carries_a_frame_restores_the_frame() {
    restores_the_frame(|body| STORE.run(8, body));
    restores_the_frame(|body| STORE.exit(body));
    restores_the_frame(|body| async_hooks::detached(body));
    restores_the_frame(|body| Snapshot::empty().run(body));
    restores_the_frame(|body| poll_a(async { body() }.traced("F")));
    restores_the_frame(|body| poll_a(async { body() }.in_current_context()));
    restores_the_frame(|body| poll_a(STORE.scope(8, async { body() })));
    restores_the_frame(|body| poll_a(STORE.exit_scope(async { body() })));
}

#[test]
fn a_callback_scope_restores_the_context() {
    in_env(|| {
        drop(CallbackScope::enter(50.into(), 1.into()));
        panic_of(|| {
            let _scope = CallbackScope::enter(50.into(), 1.into());
            async_hooks::embedder::emit_before(51.into(), 1.into());
            panic!("body");
        });
        assert_eq!(here(), "in 1<0, store -");
    });
}

/// Polls a future that is never ready once, then cancels it while its own drop disturbs.
fn cancel<F: Future<Output = ()>>(wrap: impl FnOnce(std::future::Pending<()>, OnDrop<fn()>) -> F) {
    in_env(|| {
        let mut future = Box::pin(wrap(pending(), OnDrop(disturb)));
        assert!(poll(future.as_mut()).is_pending());
        drop(future);
        assert_eq!(here(), "in 1<0, store -");
    });
}

async fn holding(never: std::future::Pending<()>, _held: OnDrop<fn()>) {
    never.await;
}

#[test]
fn cancelling_restores() {
    cancel(|never, held| Task::new(holding(never, held)));
    cancel(|never, held| Env::new().scope(holding(never, held)));
    cancel(|never, held| {
        let resource = AsyncResource::new("A");
        let scoped = resource.scope(holding(never, held));
        async move {
            let _outlives_its_scope = resource;
            scoped.await;
        }
    });
    cancel(|never, held| {
        let _listening = Log::start();
        holding(never, held).traced("F")
    });
}

#[test]
fn a_future_that_a_blocking_executor_drops_is_dropped_where_it_would_be_awaited() {
    in_env(|| {
        let log = Log::new();
        let note = || {
            let log = log.clone();
            OnDrop(move || log.note(format!("drop, {}", here())))
        };
        let resource = STORE.run(7, || AsyncResource::new("A"));
        resource.run_in_async_scope(|| {
            let held = note();
            drive(
                async move {
                    let _held = held;
                    std::future::pending::<()>().await;
                },
                |future| {
                    assert!(poll(pin!(future)).is_pending());
                    log.note(here());
                },
            );
            let held = note();
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let unpolled = async move { drop(held) };
                drive(unpolled, |_| std::panic::resume_unwind(Box::new(())))
            }));
            assert!(caught.is_err());
        });
        let expected = [
            "drop, in 2<1, store 7",
            "in 0<0, store -",
            "drop, in 2<1, store 7",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_panic_while_a_future_is_dropped_restores() {
    in_env(|| {
        let log = Log::start();
        let mut future = Box::pin(
            async {
                let _bomb = OnDrop(|| panic!("drop"));
                pending::<()>().await;
            }
            .traced("F"),
        );
        assert!(poll(future.as_mut()).is_pending());
        assert_eq!(panic_of(|| drop(future)), "drop");
        assert_eq!(here(), "in 1<0, store -");
        assert_eq!(log.take().last().unwrap(), "destroy F");
    });
}

#[test]
fn a_runtime_that_shuts_down_drops_its_tasks_in_their_context() {
    in_env(|| {
        let log = Log::start();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let noting = log.clone();
        let task = STORE.run::<_, Value>(7, || {
            Task::new(async move {
                let _noted = OnDrop(|| noting.note(here()));
                pending::<()>().await;
            })
        });
        runtime.block_on(async {
            tokio::spawn(task);
            tokio::task::yield_now().await;
        });
        drop(runtime);
        let expected = [
            "init TASK",
            "before TASK",
            "after TASK",
            "in 2<1, store 7",
            "destroy TASK",
        ];
        assert_eq!(log.take(), expected);
        assert_eq!(here(), "in 1<0, store -");
    });
}

#[test]
fn a_thread_that_panics_has_its_after_and_its_destroy() {
    in_env(|| {
        let log = Log::start();
        let thread = async_hooks::thread::spawn(|| {
            let _dropped = AsyncResource::new("A");
            panic!("body");
        });
        assert!(thread.join().is_err());
        let expected = [
            "init THREAD",
            "before THREAD",
            "init A",
            "after THREAD",
            "destroy A",
            "destroy THREAD",
        ];
        assert_eq!(log.take(), expected);
    });
}

static DEFAULTED: AsyncLocalStorage<u32> = AsyncLocalStorage::builder().default(|| 5).build();
static SHARED: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::new();

thread_local! {
    /// What runs while the thread ends. Thread-locals go in the reverse order of their first use.
    static AT_END: RefCell<Option<Box<dyn Send + Sync>>> = const { RefCell::new(None) };
}

/// Runs `last` at the end of a thread, after the engine's own thread-locals are dropped, and returns what it returned.
fn after_teardown<R: Send + 'static>(last: impl Fn() -> R + Send + Sync + 'static) -> R {
    let (sender, result) = std::sync::mpsc::channel();
    let body = move || {
        let at_end = OnDrop(move || sender.send(last()).unwrap());
        AT_END.set(Some(Box::new(at_end)));
        use_the_engine();
        STORE.enter_with(7);
        DEFAULTED.enter_with(7);
    };
    std::thread::spawn(body).join().unwrap();
    result.recv().unwrap()
}

#[test]
fn after_teardown_reads_show_defaults() {
    let seen = after_teardown(|| (here(), DEFAULTED.get()));
    assert_eq!(seen, ("in 1<0, store -".to_string(), Some(5)));
}

#[test]
fn after_teardown_run_works() {
    let run = || STORE.run(8, || STORE.get());
    assert_eq!(after_teardown(run), Some(8));
    let exit = || DEFAULTED.exit(|| DEFAULTED.get());
    assert_eq!(after_teardown(exit), None);
}

#[test]
fn after_teardown_scope_works() {
    let scope = || poll(pin!(STORE.scope(8, async { STORE.get() })));
    assert_eq!(after_teardown(scope), std::task::Poll::Ready(Some(8)));
}

#[test]
fn after_teardown_enter_with_drops_its_value() {
    let enter = || {
        let value = Arc::new(());
        SHARED.enter_with(value.clone());
        (SHARED.get().is_some(), Arc::strong_count(&value))
    };
    assert_eq!(after_teardown(enter), (false, 1));
}

#[test]
fn after_teardown_resources_hooks_and_environments_work() {
    let lines = after_teardown(|| {
        in_env(|| {
            let log = Log::start();
            let resource = STORE.run(7, || AsyncResource::new("A"));
            resource.run_in_async_scope(|| log.note(here()));
            drop(resource);
            assert!(poll(pin!(async {}.traced("F"))).is_ready());
            log.take()
        })
    });
    let expected = [
        "init A",
        "before A",
        "in 2<1, store 7",
        "after A",
        "destroy A",
        "init F",
        "before F",
        "resolve F",
        "after F",
        "destroy F",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn what_is_current_when_a_thread_ends_is_dropped() {
    let store = Arc::new(());
    let observer: Weak<()> = Arc::downgrade(&store);
    std::thread::spawn(move || SHARED.enter_with(store))
        .join()
        .unwrap();
    assert!(observer.upgrade().is_none());
}

fn value_of<R: RunOutput<Value>>(result: R) -> R {
    result
}

#[test]
fn a_nested_poll_by_another_executor_restores() {
    in_env(|| {
        let outer = STORE.run(7, || AsyncResource::new("OUTER"));
        let seen = outer.run_in_async_scope(|| {
            let inner = poll_fn(|_| std::task::Poll::Ready(here()));
            let inner = futures::executor::block_on(STORE.scope(8, inner));
            value_of((inner, here()))
        });
        assert_eq!(seen, ("in 2<1, store 8".into(), "in 2<1, store 7".into()));
    });
}

#[test]
fn a_future_that_is_dropped_unpolled_sees_the_stores_of_its_making_whether_a_hook_listens_or_not() {
    for listens in [false, true] {
        in_env(|| {
            let _log = listens.then(Log::start);
            let seen = Arc::new(Mutex::new(None));
            let note = seen.clone();
            let held = OnDrop(move || *note.lock().unwrap() = Some(STORE.get()));
            let future = async { drop(held) }.traced("F");
            STORE.run(7, || drop(future));
            assert_eq!(*seen.lock().unwrap(), Some(None), "listens: {listens}");
        });
    }
}
