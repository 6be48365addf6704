//! Where the stores of a map are current.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use ah_testing::test;
use async_hooks::{AsyncLocalStorage, traced};
use futures::executor::block_on;

use crate::support::{CONTEXT, REQUEST_ID, TENANT, both, captured, seen};

static OTHER: AsyncLocalStorage<u8> = AsyncLocalStorage::new();

#[test]
fn run_has_the_stores_and_restores_what_was_there() {
    let map = captured();
    REQUEST_ID.run(1, || {
        assert_eq!(map.run(seen), both());
        assert_eq!(seen(), (Some(1), None));
    });
}

#[test]
fn storages_without_a_store_stay_as_they_are() {
    let map = TENANT.run("acme".to_owned(), || CONTEXT.capture());
    OTHER.run(3, || {
        REQUEST_ID.run(1, || {
            assert_eq!(map.run(seen), (Some(1), Some("acme".to_owned())));
            assert_eq!(map.run(|| OTHER.get()), Some(3));
            assert_eq!(
                async_hooks::detached(|| map.run(seen)),
                (None, Some("acme".to_owned()))
            );
        });
    });
}

#[test]
fn a_panic_restores_what_was_there() {
    let map = captured();
    let panicked = std::panic::catch_unwind(|| map.run(|| panic!("on purpose")));
    assert!(panicked.is_err());
    assert_eq!(seen(), (None, None));
}

#[test]
fn scope_has_the_stores_at_every_poll_and_keeps_what_is_entered() {
    let mut polls = 0;
    let mut future = pin!(captured().scope(std::future::poll_fn(move |_| {
        polls += 1;
        match polls {
            1 => REQUEST_ID.enter_with(8),
            _ => return Poll::Ready(seen()),
        }
        Poll::Pending
    })));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_pending());
    assert_eq!(seen(), (None, None));
    let entered = (Some(8), both().1);
    assert_eq!(
        REQUEST_ID.run(1, || future.as_mut().poll(&mut cx)),
        Poll::Ready(entered)
    );
    assert_eq!(seen(), (None, None));
}

#[traced]
async fn traced() -> (Option<u64>, Option<String>) {
    std::future::ready(()).await;
    seen()
}

/// As in a `scope` of a storage, though the future was created before.
#[test]
fn scope_applies_to_a_traced_future() {
    assert_eq!(block_on(captured().scope(traced())), both());
    assert_eq!(
        block_on(REQUEST_ID.scope(1, captured().scope(traced()))),
        both()
    );
    let other = async { (OTHER.get(), traced().await) };
    assert_eq!(
        block_on(OTHER.scope(3, captured().scope(other))),
        (Some(3), both())
    );
}

/// The stores of whoever created it stay in sight, wherever it is polled.
#[test]
fn scope_carries_the_context_of_its_creation() {
    let scope =
        OTHER.run::<_, async_hooks::Value>(3, || captured().scope(async { (OTHER.get(), seen()) }));
    let polled = std::thread::spawn(|| block_on(scope))
        .join()
        .expect("no panic");
    assert_eq!(polled, (Some(3), both()));
}

struct SeesAtDrop<'a>(&'a mut Option<(Option<u64>, Option<String>)>);

impl Drop for SeesAtDrop<'_> {
    fn drop(&mut self) {
        *self.0 = Some(seen());
    }
}

#[test]
fn what_a_scope_holds_is_dropped_with_the_stores() {
    let mut at_drop = None;
    let held = SeesAtDrop(&mut at_drop);
    drop(captured().scope(async move { drop(held) }));
    assert_eq!(at_drop, Some(both()), "never polled");

    let mut at_drop = None;
    let held = SeesAtDrop(&mut at_drop);
    let pending = async move {
        std::future::pending::<()>().await;
        drop(held);
    };
    let mut scope = Box::pin(captured().scope(pending));
    assert!(
        scope
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    drop(scope);
    assert_eq!(at_drop, Some(both()), "polled once");
}

/// Tasks that the future spawns have them.
#[test]
fn spawned_tasks_have_the_stores() {
    let runtime = ah_tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let spawned =
        runtime.block_on(captured().scope(async { ah_tokio::spawn(async { seen() }).await }));
    assert_eq!(spawned.expect("no panic"), both());
}
