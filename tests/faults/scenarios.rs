//! What is done while a panic is injected: all that takes a closure, a future or a value of the user's.

use std::{
    future::{Future, pending},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use async_hooks::{
    AsyncHooks, AsyncId, AsyncLocalStorage, AsyncResource, Env, Hooks, Init, Interest, Task,
    embedder, prelude::*,
};
use futures::{
    StreamExt as _,
    executor::LocalPool,
    future::{join, select},
    stream,
    task::LocalSpawnExt as _,
};

use crate::fuse::{Counted, caught, place};

pub(crate) static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
pub(crate) static COUNTED: AsyncLocalStorage<Counted> = AsyncLocalStorage::new();

fn store() -> Counted {
    Counted::new("drop of a store")
}

async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A body with a value of its own, and a place before and after an await.
async fn body() {
    let _local = Counted::new("drop of a local of a future");
    place("future, first poll");
    COUNTED.enter_with(store());
    yield_now().await;
    place("future, second poll");
}

fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls to the end; and another one once, to drop it then; and drops a third one unpolled.
fn live<F: Future>(make: impl Fn() -> F) {
    let mut whole = Box::pin(make());
    while poll(whole.as_mut()).is_pending() {}
    drop(whole);
    let mut half = Box::pin(make());
    let _pending = poll(half.as_mut());
    drop(half);
    drop(make());
}

/// A hook all of whose code is places.
struct Noisy(#[expect(dead_code, reason = "dropped")] Counted);

impl AsyncHooks for Noisy {
    fn init(&self, resource: &Init<'_>) {
        COUNTED.enter_with(store()); // gone after the callback
        if let Some(data) = resource.data::<Counted>() {
            drop(data.clone());
        }
        place("init callback");
    }
    fn before(&self, _: AsyncId) {
        place("before callback");
    }
    fn after(&self, _: AsyncId) {
        place("after callback");
    }
    fn promise_resolve(&self, _: AsyncId) {
        place("promise_resolve callback");
    }
    fn destroy(&self, _: AsyncId) {
        place("destroy callback");
    }
    fn interest(&self) -> Interest {
        place("interest of a hook");
        Interest::new()
    }
    fn name(&self) -> &str {
        place("name of a hook");
        "noisy"
    }
}

pub(crate) fn listen() {
    async_hooks::create_hook(Noisy(Counted::new("drop of a hook"))).enable();
    async_hooks::promise_hooks::on_init(|_, _| place("on_init callback"));
    async_hooks::promise_hooks::on_before(|_| place("on_before callback"));
    async_hooks::promise_hooks::on_after(|_| place("on_after callback"));
    async_hooks::promise_hooks::on_settled(|_, _| place("on_settled callback"));
}

pub(crate) type Scenario = (&'static str, fn());

/// All that takes a closure, a future or a value of the user's.
pub(crate) const SCENARIOS: &[Scenario] = &[
    ("run", || COUNTED.run(store(), || place("run"))),
    ("exit", || COUNTED.exit(|| place("exit"))),
    ("runs, one in the other", || {
        COUNTED.run(store(), || {
            COUNTED.enter_with(store());
            STORE.run(8, || COUNTED.run(store(), || place("inner run")));
            place("outer run");
        });
    }),
    ("with", || {
        COUNTED.run(store(), || {
            COUNTED.with(|_| {
                COUNTED.run(store(), || COUNTED.enter_with(store()));
                place("with");
            });
        });
    }),
    ("get", || COUNTED.run(store(), || drop(COUNTED.get()))),
    ("enter_with", || {
        async_hooks::detached(|| {
            COUNTED.enter_with(store());
            COUNTED.enter_with(store());
            place("detached");
        });
    }),
    ("with_scope", || {
        let first = COUNTED.with_scope(store());
        let second = COUNTED.with_scope(store());
        place("guards");
        drop(first);
        drop(second);
    }),
    ("a default", || {
        fn default() -> Counted {
            place("default");
            Counted::new("drop of a default")
        }
        let storage = AsyncLocalStorage::builder().default(default).build();
        storage.with(|_| place("with a default"));
        drop(storage.get());
    }),
    ("disable", || {
        COUNTED.run(store(), || {
            COUNTED.disable();
            COUNTED.enter_with(store());
            place("disabled");
        });
    }),
    ("snapshot", || {
        let snapshot = COUNTED.run(store(), async_hooks::snapshot);
        snapshot.run(|| COUNTED.enter_with(store()));
        snapshot.run(|| place("snapshot"));
        live(|| snapshot.scope(body()));
    }),
    ("bind!", || {
        let captured = Counted::new("drop of what a bound closure captured");
        let mut bound = COUNTED.run(store(), || {
            async_hooks::bind!(move || {
                let _captured = &captured;
                place("bind!");
            })
        });
        let call: &mut dyn FnMut() = &mut bound;
        call();
    }),
    ("bind", || {
        let captured = Counted::new("drop of what a bound closure captured");
        async_hooks::bind(move || drop(captured))();
        async_hooks::bind(|| place("bind"))();
    }),
    ("resource", || {
        let resource = COUNTED.run(store(), || AsyncResource::new("A"));
        resource.run_in_async_scope(|| {
            COUNTED.enter_with(store());
            place("run_in_async_scope");
        });
        resource.bind(|| place("resource.bind"))();
        async_hooks::bind!(resource, move || place("bind! in a resource"))();
        live(|| resource.scope(body()));
    }),
    ("resources, one in the other", || {
        let outer = AsyncResource::new("A");
        outer.run_in_async_scope(|| {
            let inner = AsyncResource::new("B");
            inner.run_in_async_scope(|| drop(AsyncResource::new("C")));
            place("resource in a resource");
        });
    }),
    ("data of init", || {
        let data = || {
            place("data");
            Counted::new("drop of data")
        };
        drop(AsyncResource::builder("A").data(data).build());
    }),
    ("emit_destroy", || {
        let resource = AsyncResource::new("A");
        let _first = resource.emit_destroy();
        let _second = resource.emit_destroy();
    }),
    ("extensions", || {
        let resource = AsyncResource::new("A");
        let extensions = resource.handle().extensions();
        extensions.insert(Counted::new("drop of an extension"));
        drop(extensions.insert(Counted::new("drop of an extension")));
        drop(resource);
    }),
    ("default_trigger_async_id_scope", || {
        async_hooks::default_trigger_async_id_scope(60, || {
            drop(AsyncResource::new("A"));
            place("default trigger scope");
        });
    }),
    ("Env", || {
        let env = Env::new();
        env.run(|| {
            listen();
            COUNTED.enter_with(store());
            drop(AsyncResource::new("A"));
            place("Env::run");
        });
        live(|| env.scope(body()));
    }),
    ("run_in_root and run_in_worker", || {
        embedder::run_in_root(|| place("run_in_root"));
        embedder::run_in_worker(|| place("run_in_worker"));
    }),
    ("a hook that comes and goes", || {
        let hook = async_hooks::create_hook(Noisy(Counted::new("drop of a hook")));
        hook.enable();
        drop(AsyncResource::new("A"));
        hook.disable();
        drop(hook);
    }),
    ("a hook that goes while it is called", || {
        let captured = Counted::new("drop of a hook");
        let inner = std::sync::Mutex::new(Some(async_hooks::create_hook(
            Hooks::builder()
                .init(move |_| {
                    let _captured = &captured;
                    place("init of the hook that goes");
                })
                .build(),
        )));
        if let Some(hook) = &*inner.lock().unwrap() {
            hook.enable();
        }
        let ends = async_hooks::create_hook(
            Hooks::builder()
                .init(move |_| {
                    let hook = inner.lock().unwrap().take();
                    hook.iter().for_each(|hook| drop(hook.disable().clone()));
                    place("init of the hook that ends it");
                })
                .build(),
        );
        ends.enable();
        drop(AsyncResource::new("A"));
        ends.disable();
    }),
    ("scope", || live(|| COUNTED.scope(store(), body()))),
    ("exit_scope", || live(|| COUNTED.exit_scope(body()))),
    ("in_current_context", || {
        live(|| body().in_current_context())
    }),
    ("traced", || live(|| body().traced("F"))),
    ("scopes around a traced future", || {
        live(|| COUNTED.scope(store(), STORE.scope(8, body().traced("F"))));
    }),
    ("join!", || {
        live(|| async { join(body().traced("F"), body().traced("G")).await })
    }),
    ("select!", || {
        live(|| async {
            let loser = async {
                let _local = Counted::new("drop of a local of a loser");
                pending::<()>().await;
            };
            let loser = Box::pin(COUNTED.scope(store(), loser.traced("F")));
            drop(select(Box::pin(body().traced("G")), loser).await);
        });
    }),
    ("a stream", || {
        let items = || {
            stream::iter(0..2).map(|item| {
                place("stream");
                item
            })
        };
        live(|| StreamCalls::traced(items()).count());
    }),
    ("Task", || live(|| Task::new(body()))),
    ("Propagating", || {
        let mut pool = LocalPool::new();
        let spawner = async_hooks::Propagating::new(pool.spawner());
        COUNTED.run(store(), || {
            spawner.spawn_local(body()).unwrap();
            spawner.spawn_local(body()).unwrap();
        });
        pool.run();
    }),
    ("a thread", || {
        let thread = COUNTED.run(store(), || {
            async_hooks::thread::spawn(|| {
                COUNTED.enter_with(store());
                place("thread");
                drop(AsyncResource::new("A"));
            })
        });
        caught(thread.join());
    }),
    ("a scoped thread", || {
        async_hooks::thread::scope(|scope| {
            place("thread scope");
            caught(scope.spawn(|| place("scoped thread")).join());
        });
    }),
    ("#[traced]", || {
        live(|| traced_async(Counted::new("drop of an argument")));
        traced_sync(Counted::new("drop of an argument"));
    }),
    ("#[async_resource]", || {
        let query = COUNTED.run(store(), || Query::new(Counted::new("drop of a field")));
        query.on_row(|| place("callback of a method"));
        live(|| query.rows());
    }),
    ("flush_destroys", || {
        drop(AsyncResource::new("A"));
        drop(AsyncResource::new("B"));
        async_hooks::flush_destroys();
    }),
];

#[async_hooks::traced]
async fn traced_async(_argument: Counted) {
    body().await;
    place("traced async function");
}

#[async_hooks::traced]
fn traced_sync(_argument: Counted) {
    place("traced function");
}

#[async_hooks::async_resource("Query")]
pub(crate) struct Query {
    _field: Counted,
}

#[async_hooks::async_resource]
impl Query {
    pub(crate) fn new(field: Counted) -> Self {
        Self { _field: field }
    }
    pub(crate) fn on_row(&self, callback: impl FnOnce()) {
        callback();
    }
    pub(crate) async fn rows(&self) {
        body().await;
    }
}

/// `ContextExt::traced`, which a future of the same name would hide.
struct StreamCalls;

impl StreamCalls {
    fn traced<S: futures::Stream>(stream: S) -> impl futures::Stream<Item = S::Item> {
        async_hooks::ContextExt::traced(stream, "S")
    }
}
