//! Rule 5.12: what holds for everything that carries stores.

use std::{
    future::{Future, pending},
    pin::{Pin, pin},
    sync::{Arc, Mutex, mpsc},
};

use async_hooks::{AsyncResource, Propagating, Task, prelude::*};
use futures::{
    FutureExt, StreamExt, executor::LocalPool, future::join, stream, task::LocalSpawnExt,
};

use crate::support::{
    Storage, block_on, multi_thread, on_tokio, outlived_resource, outlived_snapshot, poll_pending,
    poll_ready, yield_now,
};

use super::test;

/// Reports what is current where it is called.
type Look = fn() -> Option<u32>;
/// Looks in the context that was carried, once, and reports what was seen.
type Later = Box<dyn FnOnce() -> Option<u32>>;

/// One way to carry the context of this moment.
struct Carrier {
    name: &'static str,
    carry: fn(Look) -> Later,
}

fn later<F: Future<Output = Option<u32>> + 'static>(future: F) -> Later {
    Box::new(|| poll_ready(pin!(future)))
}

/// A thread that looks when it is told to.
fn on_thread<H>(
    look: Look,
    spawn: impl FnOnce(Box<dyn FnOnce() -> Option<u32> + Send>) -> H,
    join: impl FnOnce(H) -> Option<u32> + 'static,
) -> Later
where
    H: 'static,
{
    let (go, gate) = mpsc::channel();
    let body = move || {
        gate.recv().unwrap();
        look()
    };
    let handle = spawn(Box::new(body));
    Box::new(move || {
        go.send(()).unwrap();
        join(handle)
    })
}

fn on_pool(look: Look) -> Later {
    let mut pool = LocalPool::new();
    let task = async move { look() };
    let spawner = Propagating::new(pool.spawner());
    let handle = spawner.spawn_local_with_handle(task).unwrap();
    Box::new(move || pool.run_until(handle))
}

static OTHER: Storage = Storage::new();

/// Everything that carries.
const CARRIERS: [Carrier; 18] = [
    Carrier {
        name: "traced",
        carry: |look| later(async move { look() }.traced("F")),
    },
    Carrier {
        name: "in_current_context",
        carry: |look| later(async move { look() }.in_current_context()),
    },
    Carrier {
        name: "scope of another storage",
        carry: |look| later(OTHER.scope(1, async move { look() })),
    },
    Carrier {
        name: "exit_scope of another storage",
        carry: |look| later(OTHER.exit_scope(async move { look() })),
    },
    Carrier {
        name: "resource.scope",
        carry: |look| later(outlived_resource().scope(async move { look() })),
    },
    Carrier {
        name: "Task",
        carry: |look| later(Task::new(async move { look() })),
    },
    Carrier {
        name: "Propagating",
        carry: on_pool,
    },
    Carrier {
        name: "snapshot.scope",
        carry: |look| later(outlived_snapshot().scope(async move { look() })),
    },
    Carrier {
        name: "snapshot.run",
        carry: |look| {
            let snapshot = async_hooks::snapshot();
            Box::new(move || snapshot.run(look))
        },
    },
    Carrier {
        name: "run_in_async_scope",
        carry: |look| {
            let resource = AsyncResource::new("R");
            Box::new(move || resource.run_in_async_scope(look))
        },
    },
    Carrier {
        name: "resource.bind",
        carry: |look| {
            let resource = AsyncResource::new("R");
            Box::new(move || resource.bind(look)())
        },
    },
    Carrier {
        name: "bind!",
        carry: |look| Box::new(async_hooks::bind!(move || look())),
    },
    Carrier {
        name: "bind! with a resource",
        carry: |look| {
            let resource = outlived_resource();
            Box::new(async_hooks::bind!(resource, move || look()))
        },
    },
    Carrier {
        name: "bind",
        carry: |look| Box::new(async_hooks::bind(look)),
    },
    Carrier {
        name: "thread::spawn",
        carry: |look| {
            on_thread(look, async_hooks::thread::spawn, |handle| {
                handle.join().unwrap()
            })
        },
    },
    Carrier {
        name: "thread::Builder",
        carry: |look| {
            let spawn = |body| async_hooks::thread::Builder::new().spawn(body).unwrap();
            on_thread(look, spawn, |handle| handle.join().unwrap())
        },
    },
    Carrier {
        name: "a traced stream",
        carry: |look| {
            let mut stream = Box::pin(stream::repeat_with(look).traced("S"));
            Box::new(move || poll_ready(pin!(stream.next())).flatten())
        },
    },
    Carrier {
        name: "a carried stream",
        carry: |look| {
            let mut stream = async_hooks::ContextExt::in_current_context(stream::repeat_with(look));
            Box::new(move || poll_ready(pin!(stream.next())).flatten())
        },
    },
];

#[test]
fn every_carrier_carries_to_where_nothing_is_set() {
    static A: Storage = Storage::new();
    for Carrier { name, carry } in CARRIERS {
        let later = A.run(1, || carry(|| A.get()));
        assert_eq!(later(), Some(1), "{name}");
        assert_eq!(A.get(), None, "{name}");
    }
}

#[test]
fn restoring_is_total_so_a_storage_set_after_the_capture_is_unset_inside() {
    static A: Storage = Storage::new();
    for Carrier { name, carry } in CARRIERS {
        async_hooks::detached(|| {
            let later = carry(|| A.get());
            A.enter_with(9);
            assert_eq!(later(), None, "{name}");
            assert_eq!(A.get(), Some(9), "{name}");
        });
    }
}

#[test]
fn an_unrelated_user_of_a_carrier_does_not_impose_its_stores() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    for Carrier { name, carry } in CARRIERS {
        let later = A.run(1, || carry(|| A.get()));
        let seen = B.run(2, || A.run(9, later));
        assert_eq!(seen, Some(1), "{name}");
    }
}

#[test]
fn a_set_never_alters_an_earlier_capture() {
    static A: Storage = Storage::new();
    for Carrier { name, carry } in CARRIERS {
        A.enter_with(1);
        let later = carry(|| A.get());
        A.enter_with(2);
        assert_eq!(later(), Some(1), "{name}");
        assert_eq!(A.get(), Some(2), "{name}");
    }
}

#[test]
fn a_set_inside_a_run_never_alters_what_was_captured_in_it() {
    static A: Storage = Storage::new();
    for Carrier { name, carry } in CARRIERS {
        let later = A.run(1, || {
            let later = carry(|| A.get());
            A.enter_with(2);
            later
        });
        assert_eq!(later(), Some(1), "{name}");
    }
}

#[test]
fn a_set_inside_a_carrier_does_not_come_out() {
    static A: Storage = Storage::new();
    fn enter() -> Option<u32> {
        A.enter_with(9);
        A.get()
    }
    for Carrier { name, carry } in CARRIERS {
        A.enter_with(1);
        let later = carry(enter);
        assert_eq!(later(), Some(9), "{name}");
        assert_eq!(A.get(), Some(1), "{name}");
    }
}

#[test]
fn an_exit_is_carried_as_an_exit() {
    static A: Storage = async_hooks::AsyncLocalStorage::builder()
        .default(|| 7)
        .build();
    for Carrier { name, carry } in CARRIERS {
        let later = A.exit(|| carry(|| A.get()));
        assert_eq!(later(), None, "{name}");
        assert_eq!(A.get(), Some(7), "{name}");
    }
}

#[test]
fn a_panic_inside_a_carrier_restores() {
    static A: Storage = Storage::new();
    fn panics() -> Option<u32> {
        A.enter_with(9);
        panic!("as meant");
    }
    for Carrier { name, carry } in CARRIERS {
        A.enter_with(1);
        let later = std::panic::AssertUnwindSafe(carry(panics));
        let caught = std::panic::catch_unwind(|| { later }.0());
        assert!(caught.is_err(), "{name}");
        assert_eq!(A.get(), Some(1), "{name}");
    }
}

// Each awaiter keeps its own.

#[test]
fn each_awaiter_of_a_shared_future_keeps_its_own_store() {
    static A: Storage = Storage::new();
    let work = async {
        yield_now().await;
        A.get()
    };
    let shared = A.run::<_, async_hooks::Value>(7, || work.traced("WORK").shared());
    let awaits = |shared: futures::future::Shared<_>| async move { (shared.await, A.get()) };
    let one = A.scope(1, awaits(shared.clone()));
    let two = A.scope(2, awaits(shared));
    let (one, two) = block_on(join(one, two));
    assert_eq!((one, two), ((Some(7), Some(1)), (Some(7), Some(2))));
}

#[test]
fn each_awaiter_of_a_message_keeps_its_own_store() {
    static A: Storage = Storage::new();
    on_tokio(|| async {
        let (send, _) = tokio::sync::broadcast::channel(1);
        let waiting = [1, 2, 3].map(|store| {
            let mut receive = send.subscribe();
            tokio::spawn(A.scope(store, async move {
                receive.recv().await.unwrap();
                A.get()
            }))
        });
        A.run(9, || send.send(())).unwrap();
        for (task, store) in waiting.into_iter().zip(1..) {
            assert_eq!(task.await.unwrap(), Some(store));
        }
    });
}

#[test]
fn an_awaiter_does_not_get_what_the_awaited_future_entered() {
    static A: Storage = Storage::new();
    let seen = block_on(A.scope(1, async {
        let enters = async { A.enter_with(9) };
        enters.traced("ENTERS").await;
        A.get()
    }));
    assert_eq!(seen, Some(1));
}

#[test]
fn an_awaiter_of_a_task_keeps_its_own_store() {
    static A: Storage = Storage::new();
    on_tokio(|| async {
        let seen = A.scope(1, async {
            let task = tokio::spawn(A.scope(2, async { A.get() }));
            (task.await.unwrap(), A.get())
        });
        assert_eq!(seen.await, (Some(2), Some(1)));
    });
}

// Wrapping twice equals wrapping once.

type Seen = Pin<Box<dyn Future<Output = Vec<Option<u32>>>>>;
/// Where the first poll of a future happens.
type FirstPoll = fn(&'static Storage, &mut dyn FnMut());

/// What a future sees that is polled in different places, and that enters a store in between.
async fn looks(a: &'static Storage) -> Vec<Option<u32>> {
    let mut seen = vec![a.get()];
    yield_now().await;
    seen.push(a.get());
    a.enter_with(5);
    yield_now().await;
    seen.push(a.get());
    seen
}

/// Creates a future under a store, and polls it first as `first` says, then elsewhere.
fn observed(a: &'static Storage, make: &dyn Fn() -> Seen, first: FirstPoll) -> Vec<Option<u32>> {
    a.run(1, || {
        let mut future = make();
        first(a, &mut || poll_pending(future.as_mut()));
        a.enter_with(8);
        async_hooks::detached(|| poll_pending(future.as_mut()));
        a.run(9, || poll_ready(future.as_mut()))
    })
}

#[track_caller]
fn same(a: &'static Storage, once: &dyn Fn() -> Seen, twice: &dyn Fn() -> Seen) {
    let first_polls: [FirstPoll; 5] = [
        |_, poll| poll(),
        |a, poll| a.run(2, poll),
        |a, poll| a.exit(poll),
        |_, poll| async_hooks::detached(poll),
        |a, poll| {
            a.enter_with(3);
            poll();
        },
    ];
    for (n, first) in first_polls.into_iter().enumerate() {
        let (once, twice) = (observed(a, once, first), observed(a, twice, first));
        assert_eq!(once, twice, "first polled in way {n}");
        assert_eq!(once[2], Some(5));
    }
}

#[test]
fn in_current_context_twice_equals_once() {
    static A: Storage = Storage::new();
    same(&A, &|| Box::pin(looks(&A).in_current_context()), &|| {
        Box::pin(looks(&A).in_current_context().in_current_context())
    });
}

#[test]
fn traced_twice_equals_once() {
    static A: Storage = Storage::new();
    same(&A, &|| Box::pin(looks(&A).traced("F")), &|| {
        Box::pin(looks(&A).traced("F").traced("F"))
    });
}

#[test]
fn traced_in_current_context_equals_traced() {
    static A: Storage = Storage::new();
    same(&A, &|| Box::pin(looks(&A).traced("F")), &|| {
        Box::pin(looks(&A).traced("F").in_current_context())
    });
}

#[test]
fn scope_twice_with_the_same_store_equals_once() {
    static A: Storage = Storage::new();
    same(&A, &|| Box::pin(A.scope(4, looks(&A))), &|| {
        Box::pin(A.scope(4, A.scope(4, looks(&A))))
    });
}

#[test]
fn exit_scope_twice_equals_once() {
    static A: Storage = Storage::new();
    same(&A, &|| Box::pin(A.exit_scope(looks(&A))), &|| {
        Box::pin(A.exit_scope(A.exit_scope(looks(&A))))
    });
}

#[test]
fn a_task_in_a_task_equals_one() {
    static A: Storage = Storage::new();
    same(&A, &|| Box::pin(Task::new(looks(&A))), &|| {
        Box::pin(Task::new(Task::new(looks(&A))))
    });
}

#[test]
fn a_snapshot_scope_in_a_snapshot_scope_equals_one() {
    static A: Storage = Storage::new();
    let scoped = |future: Seen| -> Seen { Box::pin(outlived_snapshot().scope(future)) };
    same(&A, &|| scoped(Box::pin(looks(&A))), &|| {
        scoped(scoped(Box::pin(looks(&A))))
    });
}

#[test]
fn the_scope_of_a_resource_in_that_scope_equals_one() {
    static A: Storage = Storage::new();
    same(
        &A,
        &|| Box::pin(outlived_resource().scope(looks(&A))),
        &|| {
            let resource = outlived_resource();
            Box::pin(resource.scope(resource.scope(looks(&A))))
        },
    );
}

#[test]
fn a_bound_closure_bound_again_equals_one() {
    static A: Storage = Storage::new();
    let (once, twice) = A.run(1, || {
        let once = async_hooks::bind!(move || A.get());
        let inner = async_hooks::bind!(move || A.get());
        (once, async_hooks::bind!(move || inner()))
    });
    A.enter_with(2);
    assert_eq!((once(), twice()), (Some(1), Some(1)));
}

// Losers of `select!` drop in their own context.

/// Reports what is current where it is dropped.
struct LookAtDrop(&'static Storage, Arc<Mutex<Vec<Option<u32>>>>);

impl Drop for LookAtDrop {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0.get());
    }
}

/// Lets the wrapped future lose, once before and once after its first poll, and reports what its drops saw.
fn seen_by_losers<F: Future<Output = ()> + Unpin>(
    a: &'static Storage,
    wrap: impl Fn(Pin<Box<dyn Future<Output = ()>>>) -> F,
) -> Vec<Option<u32>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let loser = || {
        let look = LookAtDrop(a, seen.clone());
        a.run::<_, async_hooks::Value>(1, || {
            wrap(Box::pin(async move {
                let _look = look;
                pending::<()>().await;
            }))
        })
    };
    a.enter_with(9);
    block_on(async {
        tokio::select! {
            biased;
            () = yield_now().traced("WINNER") => (),
            () = loser() => unreachable!(),
        }
        futures::select_biased! {
            () = std::future::ready(()).fuse() => (),
            () = loser().fuse() => unreachable!(),
        }
    });
    assert_eq!(a.get(), Some(9));
    seen.lock().unwrap().clone()
}

#[test]
fn a_traced_loser_of_select_drops_in_its_own_context() {
    static A: Storage = Storage::new();
    let seen = seen_by_losers(&A, |future| Box::pin(future.traced("LOSER")));
    assert_eq!(seen, [Some(1), Some(1)]);
}

#[test]
fn a_carried_loser_of_select_drops_in_its_own_context() {
    static A: Storage = Storage::new();
    let seen = seen_by_losers(&A, |future| future.in_current_context());
    assert_eq!(seen, [Some(1), Some(1)]);
}

#[test]
fn a_scoped_loser_of_select_drops_in_its_own_context() {
    static A: Storage = Storage::new();
    let seen = seen_by_losers(&A, |future| A.scope(2, future));
    assert_eq!(seen, [Some(2), Some(2)]);
}

#[test]
fn an_exited_loser_of_select_drops_in_its_own_context() {
    static A: Storage = Storage::new();
    let seen = seen_by_losers(&A, |future| A.exit_scope(future));
    assert_eq!(seen, [None, None]);
}

#[test]
fn a_loser_in_the_scope_of_a_resource_drops_in_its_own_context() {
    static A: Storage = Storage::new();
    let wrap = |future| Box::pin(outlived_resource().scope(future));
    assert_eq!(seen_by_losers(&A, wrap), [Some(1), Some(1)]);
}

#[test]
fn a_losing_task_drops_in_its_own_context() {
    static A: Storage = Storage::new();
    let seen = seen_by_losers(&A, |future| Box::pin(Task::new(future)));
    assert_eq!(seen, [Some(1), Some(1)]);
}

#[test]
fn a_loser_under_a_snapshot_drops_in_its_own_context() {
    static A: Storage = Storage::new();
    let wrap = |future| Box::pin(outlived_snapshot().scope(future));
    assert_eq!(seen_by_losers(&A, wrap), [Some(1), Some(1)]);
}

#[test]
fn a_loser_drops_with_what_it_entered_itself() {
    static A: Storage = Storage::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let look = LookAtDrop(&A, seen.clone());
    let loser = async move {
        let _look = look;
        A.enter_with(5);
        pending::<()>().await;
    };
    let mut loser = Box::pin(loser.in_current_context());
    poll_pending(loser.as_mut());
    drop(loser);
    assert_eq!(*seen.lock().unwrap(), [Some(5)]);
}

#[test]
fn an_aborted_tokio_task_drops_in_its_own_context() {
    static A: Storage = Storage::new();
    on_tokio(|| async {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let look = LookAtDrop(&A, seen.clone());
        let task = tokio::spawn(A.scope(1, async move {
            let _look = look;
            pending::<()>().await;
        }));
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(*seen.lock().unwrap(), [Some(1)]);
    });
}

// Under work stealing.

const TASKS: u32 = 200;
const YIELDS: u32 = 100;

/// Yields often, and fails at the first look that gives another store.
async fn yields(a: &'static Storage, store: u32) {
    for _ in 0..YIELDS {
        assert_eq!(a.get(), Some(store));
        tokio::task::yield_now().await;
    }
    a.enter_with(store + TASKS);
    for _ in 0..YIELDS {
        assert_eq!(a.get(), Some(store + TASKS));
        tokio::task::yield_now().await;
    }
}

fn under_work_stealing<F>(spawn: impl Fn(u32) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    multi_thread(4).block_on(async {
        let tasks: Vec<_> = (0..TASKS).map(|store| tokio::spawn(spawn(store))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn every_worker_gives_a_scoped_task_its_own_store() {
    static A: Storage = Storage::new();
    under_work_stealing(|store| A.scope(store, yields(&A, store)));
}

#[test]
fn every_worker_gives_a_traced_task_its_own_store() {
    static A: Storage = Storage::new();
    under_work_stealing(|store| {
        A.run::<_, async_hooks::Value>(store, || yields(&A, store).traced("F"))
    });
}

#[test]
fn every_worker_gives_a_task_its_own_store() {
    static A: Storage = Storage::new();
    under_work_stealing(|store| {
        A.run::<_, async_hooks::Value>(store, || Task::new(yields(&A, store)))
    });
}

#[test]
fn every_worker_gives_a_task_under_a_snapshot_its_own_store() {
    static A: Storage = Storage::new();
    under_work_stealing(|store| A.run(store, outlived_snapshot).scope(yields(&A, store)));
}

#[test]
fn every_worker_gives_a_task_in_the_scope_of_a_resource_its_own_store() {
    static A: Storage = Storage::new();
    under_work_stealing(|store| {
        let resource = A.run(store, outlived_resource);
        resource.scope(yields(&A, store))
    });
}

#[test]
fn every_worker_gives_nested_and_spawned_work_its_own_store() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    under_work_stealing(|store| {
        A.scope(store, async move {
            let inner = tokio::spawn(B.scope(store, yields(&A, store)));
            let inline = B.scope(store, yields(&B, store)).traced("INLINE");
            inline.await;
            inner.await.unwrap();
            assert_eq!((A.get(), B.get()), (Some(store), None));
        })
    });
}
