//! Rule 10: what the error sink and the engine's drops of values do is undone, and when reports are delivered. A binary of
//! its own, since the sink is the process's.

use std::{
    cell::{Cell, RefCell},
    mem::forget,
    panic::panic_any,
    pin::pin,
    rc::Rc,
    sync::{Arc, Mutex, Once},
    task::{Context, Waker},
};

use ah_testing::{CheckedEnv, exempt};
use async_hooks::{
    AsyncId, AsyncLocalStorage, AsyncResource, EngineError, Env, Hooks, Interest, Phase,
    embedder::{self, CallbackScope},
    prelude::*,
    promise_hooks,
};

static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();

type Act = Rc<dyn Fn(&str)>;

thread_local! {
    /// What the sink does on this thread, beside logging.
    static SINK: RefCell<Act> = RefCell::new(Rc::new(|_| ()));
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static TIMES: Cell<u32> = const { Cell::new(0) };
}

fn log(line: impl Into<String>) {
    let line = line.into();
    LOG.with_borrow_mut(|log| log.push(line));
}

fn take_log() -> Vec<String> {
    LOG.take()
}

fn receive(error: &EngineError<'_>) {
    let error = match error {
        EngineError::HookPanicked(panic) => format!("{} panicked", panic.hook()),
        EngineError::DropPanicked(panic) => match panic.payload().downcast_ref::<&str>() {
            Some(message) => format!("drop panicked: {message}"),
            None => "drop panicked".into(),
        },
        _ => "corrupted".into(),
    };
    log(&error);
    let act = SINK.with_borrow(Rc::clone);
    act(&error);
}

/// Runs `f` in an environment of its own, with a sink that logs and then acts.
fn with_sink<R: async_hooks::RunOutput<async_hooks::Value>>(
    act: impl Fn(&str) + 'static,
    f: impl FnOnce() -> R,
) -> R {
    static SET: Once = Once::new();
    SET.call_once(|| async_hooks::set_error_sink(receive));
    SINK.set(Rc::new(act));
    let result = CheckedEnv::new().run(f);
    SINK.set(Rc::new(|_| ()));
    result
}

fn here() -> (u64, u64, Option<u32>) {
    let (execution, trigger) = (
        async_hooks::execution_async_id(),
        async_hooks::trigger_async_id(),
    );
    (execution.get(), trigger.get(), STORE.get())
}

/// Each way of leaving something behind.
fn traces() -> [(&'static str, fn()); 9] {
    [
        ("store", || STORE.enter_with(5)),
        ("guard", || forget(STORE.with_scope(5))),
        ("context", || embedder::emit_before(98.into(), 97.into())),
        ("scope", || {
            forget(CallbackScope::enter(98.into(), 97.into()))
        }),
        ("left context", || {
            let _left = embedder::emit_after(50.into());
        }),
        ("worker", embedder::set_worker_thread),
        ("resource", || drop(AsyncResource::new("SINK"))),
        ("panic", || panic!("sink")),
        ("store that leaves one", || {
            ENTERING.enter_with(Enters(|| STORE.enter_with(6)))
        }),
    ]
}

/// Calls its function when it is dropped.
struct Enters(fn());

impl Drop for Enters {
    fn drop(&mut self) {
        (self.0)();
    }
}

static ENTERING: AsyncLocalStorage<Enters> = AsyncLocalStorage::new();

/// Checks that `disturb` leaves nothing behind, in a scope, in one entered manually and in none.
fn is_undone(what: &str, disturb: impl Fn()) {
    exempt(50.into());
    let scope = STORE.run(7, || AsyncResource::new("SCOPE"));
    let check = |inside: (u64, u64, Option<u32>)| {
        assert_eq!(here(), inside, "{what}");
        disturb();
        assert_eq!(here(), inside, "{what}");
        let trigger = AsyncResource::new("AFTER").trigger_async_id();
        assert_eq!(trigger.get(), inside.0, "{what}");
    };
    let id = scope.async_id().get();
    scope.run_in_async_scope(|| check((id, 1, Some(7))));
    embedder::emit_before(50.into(), 40.into());
    check((50, 40, None));
    assert_eq!(embedder::emit_after(50.into()), Ok(()), "{what}");
    check((1, 0, None));
    async_hooks::default_trigger_async_id_scope(50, || {
        disturb();
        let trigger = AsyncResource::new("AFTER").trigger_async_id();
        assert_eq!(trigger, AsyncId::from(50), "{what}");
    });
}

/// Lets the hook of each type panic with `panic`.
fn panic_in_hook(panic: impl Fn() + Send + Sync + 'static) {
    let hooks = Hooks::builder()
        .types(["R"])
        .name("hook")
        .init(move |_| panic());
    let hook = async_hooks::create_hook(hooks.build());
    hook.enable();
    drop(AsyncResource::new("R"));
    hook.disable();
}

#[test]
fn what_the_sink_leaves_behind_after_a_panic_of_a_hook_is_undone() {
    for (what, leave) in traces() {
        with_sink(
            move |_| leave(),
            || is_undone(what, || panic_in_hook(|| panic!("boom"))),
        );
    }
}

#[test]
fn what_the_sink_leaves_behind_after_a_report_without_a_hook_is_undone() {
    for (what, leave) in traces() {
        with_sink(
            move |error| {
                assert_eq!(error, "corrupted");
                leave();
            },
            || {
                let corrupt = || {
                    let resource = AsyncResource::new("R");
                    resource.run_in_async_scope(|| embedder::emit_before(9000.into(), 1.into()));
                };
                is_undone(what, corrupt);
            },
        );
    }
}

#[test]
fn what_the_drop_of_a_payload_leaves_behind_is_undone() {
    for (what, leave) in traces() {
        with_sink(
            |_| (),
            || is_undone(what, || panic_in_hook(move || panic_any(Enters(leave)))),
        );
    }
}

#[test]
fn what_the_drop_of_a_payload_of_the_sink_leaves_behind_is_undone() {
    for (what, leave) in traces() {
        with_sink(
            move |_| panic_any(Enters(leave)),
            || is_undone(what, || panic_in_hook(|| panic!("boom"))),
        );
    }
}

#[test]
fn what_the_drop_of_an_extension_leaves_behind_is_undone() {
    for (what, leave) in traces() {
        with_sink(
            |_| (),
            || {
                is_undone(what, || {
                    let resource = AsyncResource::new("R");
                    resource.handle().extensions().insert(Enters(leave));
                    drop(resource);
                });
            },
        );
    }
}

#[test]
fn what_the_drop_of_the_extensions_of_an_environment_leaves_behind_is_undone() {
    for (what, leave) in traces() {
        with_sink(
            |_| (),
            || {
                is_undone(what, || {
                    Env::new().run(|| {
                        let root = async_hooks::execution_async_resource();
                        root.extensions().insert(Enters(leave));
                    });
                });
            },
        );
    }
}

#[test]
fn what_the_drop_of_the_data_of_an_init_leaves_behind_is_undone() {
    for (what, leave) in traces() {
        with_sink(
            |_| (),
            || {
                is_undone(what, || {
                    drop(AsyncResource::builder("R").data(|| Enters(leave)).build());
                });
            },
        );
    }
}

#[test]
fn what_the_drop_of_the_values_of_a_hook_leaves_behind_is_undone() {
    for (what, leave) in traces() {
        with_sink(
            |_| (),
            || {
                is_undone(what, || {
                    let captured = Enters(leave);
                    let hooks = Hooks::builder().init(move |_| {
                        let _captured = &captured;
                    });
                    drop(async_hooks::create_hook(hooks.build()));
                });
            },
        );
    }
}

#[test]
fn what_the_name_of_a_hook_leaves_behind_is_undone() {
    struct Named;
    impl async_hooks::AsyncHooks for Named {
        fn init(&self, _: &async_hooks::Init<'_>) {
            panic!("boom");
        }
        fn interest(&self) -> Interest {
            Interest::new().types(["R"])
        }
        fn name(&self) -> &str {
            STORE.enter_with(5);
            "named"
        }
    }
    with_sink(
        |_| (),
        || {
            is_undone("name", || {
                let hook = async_hooks::create_hook(Named);
                hook.enable();
                drop(AsyncResource::new("R"));
                hook.disable();
            });
        },
    );
}

#[test]
fn what_a_sink_leaves_behind_when_it_is_replaced_is_undone() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "replaces_the_sink", "--nocapture"])
        .env("AH_REPLACES_THE_SINK", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// The program that the test above runs in a process of its own; does nothing as a test.
#[test]
fn replaces_the_sink() {
    if std::env::var_os("AH_REPLACES_THE_SINK").is_none() {
        return;
    }
    let heard = Arc::new(Mutex::new(Vec::new()));
    let noting = heard.clone();
    let enters = Enters(|| {
        STORE.enter_with(5);
        panic!("former sink");
    });
    async_hooks::set_error_sink(move |_| {
        let _kept = &enters;
    });
    async_hooks::set_error_sink(move |error| noting.lock().unwrap().push(error.to_string()));
    assert_eq!(STORE.get(), None);
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    assert_eq!(
        heard,
        ["a value panicked while it was dropped: former sink"]
    );
}

/// A hook that logs its name whenever an `R` is created, and then acts.
fn logging(name: &'static str, act: impl Fn() + Send + Sync + 'static) -> async_hooks::AsyncHook {
    let hooks = Hooks::builder().types(["R"]).name(name).init(move |_| {
        log(name);
        act();
    });
    async_hooks::create_hook(hooks.build())
}

#[test]
fn reports_of_an_emission_are_delivered_after_its_last_callback_in_order() {
    let lines = with_sink(
        |_| (),
        || {
            logging("one", || panic!("boom")).enable();
            logging("two", || {
                AsyncResource::new("CORRUPTED")
                    .run_in_async_scope(|| embedder::emit_before(9000.into(), 1.into()));
                ENTERING.enter_with(Enters(|| panic!("store")));
            })
            .enable();
            logging("three", || panic!("boom")).enable();
            logging("four", || ()).enable();
            let resource = AsyncResource::new("R");
            log("made");
            drop(resource);
            take_log()
        },
    );
    let expected = [
        "one",
        "two",
        "three",
        "four",
        "one panicked",
        "corrupted",
        "drop panicked: store",
        "three panicked",
        "made",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn reports_of_a_nested_emission_wait_for_the_outermost_one() {
    let lines = with_sink(
        |_| (),
        || {
            let nested = Hooks::builder().types(["NESTED"]).reentrant(true);
            let nested = nested.name("nested").init(|_| panic!("boom"));
            async_hooks::create_hook(nested.build()).enable();
            logging("one", || {
                drop(AsyncResource::new("NESTED"));
                log("one ends");
            })
            .enable();
            logging("two", || ()).enable();
            drop(AsyncResource::new("R"));
            take_log()
        },
    );
    assert_eq!(lines, ["one", "one ends", "two", "nested panicked"]);
}

#[test]
fn reports_of_promise_hooks_are_delivered_after_the_last_one() {
    let lines = with_sink(
        |_| (),
        || {
            promise_hooks::on_settled(|_, _| {
                log("first");
                panic!("boom");
            });
            promise_hooks::on_settled(|_, _| log("second"));
            let cx = &mut Context::from_waker(Waker::noop());
            let polled = pin!(async {}.traced("F")).poll(cx);
            assert!(polled.is_ready());
            take_log()
        },
    );
    assert_eq!(lines, ["first", "second", "promise hook panicked"]);
}

#[test]
fn the_panic_of_a_hook_that_hears_what_the_sink_makes_is_delivered_next() {
    let lines = with_sink(
        |error| {
            if error != "hook panicked" {
                drop(AsyncResource::new("R"));
            }
            log("the sink returns");
        },
        || {
            let hooks = Hooks::builder().types(["R"]).name("hook").reentrant(true);
            async_hooks::create_hook(hooks.init(|_| panic!("boom")).build()).enable();
            let resource = AsyncResource::new("S");
            resource.run_in_async_scope(|| embedder::emit_before(9000.into(), 1.into()));
            assert_eq!(here(), (1, 0, None));
            take_log()
        },
    );
    let expected = [
        "corrupted",
        "the sink returns",
        "hook panicked",
        "the sink returns",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_report_that_the_sink_causes_is_delivered_next() {
    let lines = with_sink(
        |error| {
            if error == "one panicked" {
                AsyncResource::new("S")
                    .run_in_async_scope(|| embedder::emit_before(9000.into(), 1.into()));
            }
            log("the sink returns");
        },
        || {
            logging("one", || panic!("boom")).enable();
            logging("two", || panic!("boom")).enable();
            drop(AsyncResource::new("R"));
            take_log()
        },
    );
    let expected = [
        "one",
        "two",
        "one panicked",
        "the sink returns",
        "two panicked",
        "the sink returns",
        "corrupted",
        "the sink returns",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_sink_that_always_causes_reports_is_not_called_without_end() {
    with_sink(
        |_| {
            TIMES.set(TIMES.get() + 1);
            AsyncResource::new("S")
                .run_in_async_scope(|| embedder::emit_before(9000.into(), 1.into()));
        },
        || {
            panic_in_hook(|| panic!("boom"));
            assert!((1..1000).contains(&TIMES.get()));
            let before = TIMES.get();
            panic_in_hook(|| panic!("boom"));
            assert!(TIMES.get() > before);
            take_log()
        },
    );
}

#[test]
fn what_the_sink_makes_after_a_panic_of_a_hook_is_suppressed() {
    let lines = with_sink(
        |_| drop(AsyncResource::new("SINK")),
        || {
            let every = Interest::new().phases([Phase::Init]);
            struct Every(Interest);
            impl async_hooks::AsyncHooks for Every {
                fn init(&self, resource: &async_hooks::Init<'_>) {
                    log(resource.resource_type());
                }
                fn interest(&self) -> Interest {
                    self.0.clone()
                }
            }
            async_hooks::create_hook(Every(every)).enable();
            panic_in_hook(|| panic!("boom"));
            take_log()
        },
    );
    assert_eq!(lines, ["R", "hook panicked"]);
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("bomb");
    }
}

#[test]
fn each_extension_whose_drop_panics_is_contained_with_the_table_of_an_environment_too() {
    let lines = with_sink(
        |_| (),
        || {
            struct Other(Bomb);
            let unrelated = AsyncResource::new("UNRELATED");
            let (resource, env) = {
                let env = Env::new();
                let extensions = env.run(|| async_hooks::execution_async_resource().extensions());
                extensions.insert(Bomb);
                extensions.insert(Other(Bomb));
                let hooks = Hooks::builder().destroy(|_| ());
                env.run(|| {
                    async_hooks::create_hook(hooks.build())
                        .enable()
                        .is_enabled()
                });
                (env.run(|| AsyncResource::new("R")), env)
            };
            let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                unrelated.run_in_async_scope(|| {
                    drop((resource, env));
                    panic!("the program's own");
                });
            }));
            let payload = unwound.unwrap_err();
            assert_eq!(payload.downcast_ref(), Some(&"the program's own"));
            take_log()
        },
    );
    assert_eq!(lines, ["drop panicked: bomb"; 2]);
}

#[test]
fn each_extension_of_a_destroyed_resource_whose_drop_panics_is_contained() {
    let lines = with_sink(
        |_| (),
        || {
            struct Other(Bomb);
            let resource = AsyncResource::new("R");
            let extensions = resource.handle().extensions();
            extensions.insert(Bomb);
            extensions.insert(Other(Bomb));
            drop(resource);
            take_log()
        },
    );
    assert_eq!(lines, ["drop panicked: bomb"; 2]);
}

#[test]
fn each_captured_value_whose_drop_panics_is_contained_when_an_environment_ends() {
    let lines = with_sink(
        |_| (),
        || {
            let env = Env::new();
            env.run(|| {
                for _ in 0..2 {
                    let (one, another) = (Bomb, Bomb);
                    let hooks = Hooks::builder().init(move |_| _ = &one);
                    let hooks = hooks.destroy(move |_| _ = &another);
                    async_hooks::create_hook(hooks.build()).enable();
                }
            });
            drop(env);
            take_log()
        },
    );
    assert_eq!(lines, ["drop panicked: bomb"; 4]);
}
