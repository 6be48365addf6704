//! What is waited for: channels, timers, and whichever comes first.

use std::{future::pending, time::Duration};

use ah_tokio::{
    observed::time,
    set_interval, spawn,
    sync::{mpsc, oneshot},
    task::yield_now,
};
use async_hooks::prelude::*;

use super::{REQUEST, check};

const SHORT: Duration = Duration::from_millis(1);
/// What is cancelled long before it is over.
const LONG: Duration = Duration::from_secs(3600);

pub(super) async fn channels(number: u64) {
    let (sender, mut receiver) = mpsc::channel(2);
    let sending = spawn(async move {
        for step in 0..8 {
            sender.send(step).await.expect("it is received");
        }
    });
    let mut sum = 0;
    while let Some(step) = receiver.recv().await {
        check(number);
        sum += step;
    }
    assert_eq!(sum, 28);
    sending.await.expect("it does not panic");

    let (sender, receiver) = oneshot::channel();
    drop(spawn(async move { sender.send(REQUEST.get()) }));
    assert_eq!(receiver.await.expect("it is sent"), Some(number));
    let (unused, _) = mpsc::unbounded_channel();
    assert!(unused.send(number).is_err());
}

pub(super) async fn timers(number: u64) {
    time::sleep(SHORT).await;
    check(number);
    let mut interval = time::interval(SHORT);
    for _ in 0..2 {
        interval.tick().await;
        check(number);
    }
    drop(time::sleep(LONG)); // never polled
}

pub(super) async fn timeout(number: u64) {
    let never = async { pending::<()>().traced("NEVER").await };
    assert!(time::timeout(SHORT, never).await.is_err());
    check(number);
    let at_once = time::timeout(LONG, async move { check(number) });
    assert!(at_once.await.is_ok());
}

pub(super) async fn selected(number: u64) {
    for _ in 0..4 {
        let never = async {
            yield_now().await;
            check(number);
            time::sleep(LONG).await;
        };
        ah_tokio::select! {
            () = REQUEST.scope(number, never.traced("LOSES")) => unreachable!("an hour has not passed"),
            () = pending() => unreachable!(),
            () = async { yield_now().await; yield_now().await; } => check(number),
        }
        check(number);
    }
}

pub(super) async fn interval_callback(number: u64) {
    let (sender, mut receiver) = mpsc::channel(1);
    let interval = set_interval(SHORT, move || {
        let _it_may_be_full = sender.try_send(REQUEST.get());
    });
    let heard = receiver.recv().await.expect("it is called");
    interval.clear();
    assert_eq!(heard, Some(number));
}
