//! Threads, closures and scopes.

use async_hooks::{AsyncResource, Snapshot, WithContext, bind, detached, snapshot};
use tracing::info_span;

use crate::{
    seen::{NOTHING, REQUEST, Seen, here},
    support::in_a_request,
};

#[test]
fn a_blocking_task() {
    in_a_request(|_| async {
        let blocking = ah_tokio::task::spawn_blocking(here);
        assert_eq!(blocking.await.expect("it does not panic"), REQUEST);
    });
}

#[test]
fn a_thread() {
    in_a_request(|_| async {
        let thread = async_hooks::thread::spawn(here);
        assert_eq!(thread.join().expect("it does not panic"), REQUEST);
    });
}

#[test]
fn a_bound_closure_on_a_thread() {
    in_a_request(|_| async {
        let callback = async_hooks::bind!(move |_row: u8| here());
        let thread = std::thread::spawn(move || (callback(1), here()));
        assert_eq!(
            thread.join().expect("it does not panic"),
            (REQUEST, NOTHING)
        );
    });
}

#[test]
fn a_closure_whose_future_runs_where_it_was_bound() {
    in_a_request(|_| async {
        let callback = async_hooks::bind!(async move |_row: u8| {
            tokio::task::yield_now().await;
            here()
        });
        let seen =
            detached::<_, async_hooks::Value>(|| tokio::spawn(async move { callback(1).await }));
        assert_eq!(seen.await.expect("it does not panic"), REQUEST);
    });
}

#[test]
fn the_scope_of_a_resource_on_a_thread() {
    in_a_request(|_| async {
        let resource = AsyncResource::new("DBQuery");
        let thread = std::thread::spawn(move || resource.run_in_async_scope(here));
        assert_eq!(thread.join().expect("it does not panic"), REQUEST);
    });
}

#[test]
fn a_message_of_a_channel() {
    in_a_request(|_| async {
        let (tx, rx) = std::sync::mpsc::channel();
        tx.send(WithContext::new(7)).expect("it is received");
        let thread = std::thread::spawn(move || {
            let message: WithContext<i32> = rx.recv().expect("it is sent");
            message.run(|job| (job, here()))
        });
        assert_eq!(thread.join().expect("it does not panic"), (7, REQUEST));
    });
}

#[test]
fn detached_work_and_the_empty_snapshot() {
    in_a_request(|_| async {
        assert_eq!(detached(here), NOTHING);
        assert_eq!(Snapshot::empty().run(here), NOTHING);
        assert_eq!(Snapshot::empty().scope(async { here() }).await, NOTHING);
        assert_eq!(here(), REQUEST);
    });
}

#[test]
fn a_closure_that_is_bound_in_one_span_and_called_in_another() {
    in_a_request(|_| async {
        let bound = info_span!("inner").in_scope(|| bind(here));
        let called = info_span!("caller").in_scope(bound);
        assert_eq!(
            called,
            Seen {
                span: Some("inner"),
                ..REQUEST
            }
        );
        assert_eq!(here(), REQUEST);
    });
}

/// `tracing` alone shows `inner` where a span is entered twice.
#[test]
fn a_snapshot_of_a_span_that_is_lower_on_the_stack() {
    in_a_request(|_| async {
        let snapshot = snapshot();
        assert_eq!(info_span!("inner").in_scope(|| snapshot.run(here)), REQUEST);
        let twice = info_span!("inner")
            .in_scope(|| snapshot.run(|| info_span!("more").in_scope(|| snapshot.run(here))));
        assert_eq!(twice, REQUEST);
        assert_eq!(here(), REQUEST);
    });
}
