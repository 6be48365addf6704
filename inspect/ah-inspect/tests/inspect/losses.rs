//! Losses: both places, the link and the fix; and what is none.

use ah_inspect::{Link, Loss};
use async_hooks::{AsyncLocalStorage, AsyncResource, WithContext, prelude::*};
use tokio::sync::mpsc;

use crate::recorded::Recorded;

static TENANT: AsyncLocalStorage<&str> =
    AsyncLocalStorage::builder().name("tenant").shown().build();
static REQUIRED: AsyncLocalStorage<&str> = AsyncLocalStorage::builder()
    .name("required")
    .required()
    .build();

fn only() -> Loss {
    let mut lost = ah_inspect::lost();
    assert_eq!(lost.len(), 1, "{lost:#?}");
    lost.remove(0)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

#[test]
fn a_worker_that_is_woken_with_a_message_has_lost_the_context() {
    let _recorded = Recorded::start();
    let (sender, mut receiver) = mpsc::channel::<u32>(1);
    runtime().block_on(async {
        let worker = ah_tokio::spawn(async move {
            while receiver.recv().await.is_some() {
                assert_eq!(TENANT.get(), None); // here it is missing
            }
        });
        tokio::task::yield_now().await; // the worker waits
        let request = TENANT.scope("acme", async {
            ah_tokio::spawn(async move {
                sender.send(1).await.unwrap();
                tokio::task::yield_now().await;
                sender.send(2).await.unwrap();
            })
            .await
        });
        request.await.unwrap();
        worker.await.unwrap();
    });
    let loss = only();
    assert_eq!(
        (loss.storage().as_str(), loss.value(), loss.link()),
        ("tenant", Some("acme"), Some(Link::Woke))
    );
    assert!(!loss.is_guess());
    let line = |place: &std::panic::Location<'_>| {
        assert!(place.file().ends_with("losses.rs"));
        include_str!("losses.rs")
            .lines()
            .nth(place.line() as usize - 1)
            .unwrap()
            .trim()
            .to_owned()
    };
    assert_eq!(
        line(loss.read_at()),
        "assert_eq!(TENANT.get(), None); // here it is missing"
    );
    assert!(line(loss.set_at().unwrap()).starts_with("let request = TENANT.scope("));
    assert!(line(loss.broke_at().place.unwrap()).starts_with("let worker = ah_tokio::spawn("));
    assert!(
        loss.fix().contains("async_hooks::WithContext::new"),
        "{}",
        loss.fix()
    );
    assert_eq!(loss.times(), 2);
    let report = loss.to_string();
    assert!(
        report.starts_with("context lost: `tenant` is unset at losses.rs:"),
        "{report}"
    );
    assert!(std::panic::catch_unwind(ah_inspect::assert_none_lost).is_err());
}

#[test]
fn a_message_with_its_context_loses_nothing() {
    let _recorded = Recorded::start();
    let (sender, mut receiver) = mpsc::channel::<WithContext<u32>>(1);
    runtime().block_on(async {
        let worker = ah_tokio::spawn(async move {
            let message = receiver.recv().await.unwrap();
            message.scope(async |_| TENANT.get()).await
        });
        tokio::task::yield_now().await;
        let request = TENANT.scope("acme", async {
            ah_tokio::spawn(async move { sender.send(WithContext::new(1)).await.unwrap() }).await
        });
        request.await.unwrap();
        assert_eq!(worker.await.unwrap(), Some("acme"));
    });
    ah_inspect::assert_none_lost();
    assert_eq!(ah_inspect::lost().len(), 0);
}

#[test]
fn what_is_meant_to_have_no_context_has_lost_none() {
    let _recorded = Recorded::start();
    assert_eq!(TENANT.get(), None); // of no request
    TENANT.run("acme", || {
        let request = AsyncResource::new("REQUEST");
        request.run_in_async_scope(|| {
            let pool = async_hooks::detached(|| AsyncResource::new("POOL"));
            pool.run_in_async_scope(|| assert_eq!(TENANT.get(), None));
            TENANT.exit(|| assert_eq!(TENANT.get(), None));
            let exited = TENANT.exit(|| AsyncResource::new("EXITED"));
            exited.run_in_async_scope(|| assert_eq!(TENANT.get(), None));
        });
    });
    let outside = AsyncResource::new("OUTSIDE");
    outside.run_in_async_scope(|| assert_eq!(TENANT.get(), None));
    assert_eq!(ah_inspect::lost().len(), 0, "{:#?}", ah_inspect::lost());
}

#[test]
fn what_was_caused_from_elsewhere_has_lost_the_context_of_its_cause() {
    let _recorded = Recorded::start();
    let request = TENANT.run("acme", || AsyncResource::new("REQUEST"));
    let query = AsyncResource::builder("Query")
        .trigger_async_id(request.async_id())
        .build()
        .unwrap();
    query.run_in_async_scope(|| assert_eq!(TENANT.get(), None));
    let loss = only();
    assert_eq!(
        (loss.link(), loss.held_by().unwrap().type_name),
        (Some(Link::Caused), "REQUEST")
    );
    assert_eq!(loss.broke_at().id, query.async_id().get());
}

#[test]
fn a_required_storage_is_lost_wherever_it_is_unset() {
    let _recorded = Recorded::start();
    REQUIRED.run("here", || assert_eq!(REQUIRED.get(), Some("here")));
    ah_inspect::assert_none_lost();
    std::thread::spawn(|| assert_eq!(REQUIRED.get(), None))
        .join()
        .unwrap();
    let loss = only();
    assert_eq!(
        (loss.link(), loss.is_guess(), loss.read_in().id),
        (None, false, 0)
    );
    assert!(loss.fix().contains("in_current_context"), "{}", loss.fix());
    assert!(std::panic::catch_unwind(ah_inspect::assert_none_lost).is_err());
}

#[test]
fn a_required_storage_that_nothing_has_set_is_lost_where_it_is_read() {
    static NEVER_SET: AsyncLocalStorage<&str> = AsyncLocalStorage::builder()
        .name("never")
        .required()
        .build();
    let _recorded = Recorded::start();
    assert_eq!(NEVER_SET.get(), None);
    assert_eq!(TENANT.run("acme", || NEVER_SET.get()), None);
    let lost = ah_inspect::lost();
    assert!(lost.iter().all(|loss| loss.storage() == "never"));
    assert_eq!(lost.len(), 2, "{lost:#?}");
}

#[test]
fn a_task_that_was_spawned_where_nothing_was_set_is_to_be_spawned_elsewhere() {
    let _recorded = Recorded::start();
    runtime().block_on(async {
        let spawned = ah_tokio::spawn(async { assert_eq!(REQUIRED.get(), None) });
        spawned.await.unwrap();
    });
    let loss = only();
    assert_eq!(
        (loss.link(), loss.broke_at().type_name),
        (None, "TASK"),
        "{loss}"
    );
    assert!(
        loss.fix().contains("where the storage is set"),
        "{}",
        loss.fix()
    );
}

#[test]
fn who_spawned_it_barely_is_a_guess_and_called_one() {
    let _recorded = Recorded::start();
    let bare = async {
        tokio::task::yield_now().await;
        assert_eq!((REQUIRED.get(), TENANT.get()), (None, None));
    };
    runtime().block_on(async {
        let spawns = async {
            let spawned = tokio::spawn(bare);
            tokio::task::yield_now().await;
            spawned.await.unwrap();
        };
        let request = async { ah_tokio::spawn(spawns).await };
        let request = REQUIRED.scope("acme", TENANT.scope("acme", request));
        request.await.unwrap();
    });
    let loss = only();
    let found = (loss.storage(), loss.link(), loss.is_guess());
    assert_eq!(found, ("required".to_owned(), Some(Link::RanBefore), true));
    assert!(
        loss.to_string().contains("probably spawned by TASK"),
        "{loss}"
    );
}

#[test]
fn what_answers_somebody_worked_for_them() {
    let _recorded = Recorded::start();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let request = REQUIRED.scope("acme", async {
            ah_tokio::spawn(async {
                tokio::task::spawn_blocking(|| REQUIRED.get())
                    .await
                    .unwrap()
            })
            .await
        });
        assert_eq!(request.await.unwrap(), None);
    });
    let loss = only();
    assert_eq!(loss.link(), Some(Link::Answered), "{loss}");
    assert_eq!(loss.held_by().unwrap().type_name, "TASK");
}

/// What it spawned there woke it while it was in its own scope: to have left that loses nothing.
#[test]
fn a_task_that_has_left_its_own_scope_has_lost_nothing() {
    let _recorded = Recorded::start();
    runtime().block_on(async {
        let request = ah_tokio::spawn(async {
            let scope = TENANT.scope("acme", async {
                let (sender, receiver) = tokio::sync::oneshot::channel();
                let inner = ah_tokio::spawn(async move {
                    sender.send(()).unwrap(); // woken here
                    std::future::pending::<()>().await;
                });
                receiver.await.unwrap();
                inner.abort();
            });
            scope.await;
            assert_eq!(TENANT.get(), None);
            tracked_scope().traced("CALL").await;
            assert_eq!(TENANT.get(), None);
        });
        request.await.unwrap();
    });
    ah_inspect::assert_none_lost();
}

async fn tracked_scope() {
    let work = async { ah_tokio::spawn(async { tokio::task::yield_now().await }).await };
    TENANT.scope("acme", work.traced("WORK")).await.unwrap();
}

/// A context goes down with the work, and does not come up with its answer.
#[test]
fn a_task_that_is_answered_from_a_scope_of_its_child_has_lost_nothing() {
    let _recorded = Recorded::start();
    runtime().block_on(async {
        let request = ah_tokio::spawn(async {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let child = ah_tokio::spawn(TENANT.scope("acme", async move {
                let answer = async { sender.send(TENANT.get()).unwrap() };
                answer.traced("ANSWER").await;
                std::future::pending::<()>().await;
            }));
            assert_eq!(receiver.await.unwrap(), Some("acme"));
            assert_eq!(TENANT.get(), None);
            child.abort();
        });
        request.await.unwrap();
    });
    ah_inspect::assert_none_lost();
}

/// It was there before, and its sender's scope is not its own, though the sender has spawned it.
#[test]
fn a_worker_that_is_woken_by_whoever_spawned_it_has_lost_the_context() {
    let _recorded = Recorded::start();
    runtime().block_on(async {
        let request = ah_tokio::spawn(async {
            let (sender, mut receiver) = mpsc::channel::<()>(1);
            let worker = ah_tokio::spawn(async move {
                receiver.recv().await;
                assert_eq!(TENANT.get(), None); // here it is missing
            });
            tokio::task::yield_now().await; // the worker waits
            let send = async { sender.send(()).await.unwrap() };
            TENANT.scope("acme", send).await;
            worker.await.unwrap();
        });
        request.await.unwrap();
    });
    assert_eq!(only().link(), Some(Link::Woke));
}
