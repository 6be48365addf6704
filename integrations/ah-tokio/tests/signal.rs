//! Signals. Each test has one of its own, since they are global to the process.

#![cfg(unix)]

mod support;

use std::{pin::pin, process::Command};

use ah_tokio::observed::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};
use async_hooks::prelude::*;
use support::{checked, counts, inits, poll};

/// Sends a signal to this process.
fn raise(name: &str) {
    let pid = std::process::id().to_string();
    let killed = Command::new("kill").args(["-s", name, &pid]).status();
    assert!(killed.unwrap().success());
}

#[test]
fn a_stream_of_signals_is_entered_for_each_that_it_delivers() {
    checked(async |collector| {
        let mut signals = signal(SignalKind::user_defined1()).unwrap();
        let id = signals.async_id();
        assert!(poll(pin!(signals.recv())).is_pending());
        assert_eq!(counts(collector, id), [1, 0, 0, 0]);
        for delivered in 1..=2 {
            raise("USR1");
            signals.recv().await.unwrap();
            assert_eq!(counts(collector, id), [1, delivered, delivered, 0]);
        }
        drop(signals);
        assert_eq!(counts(collector, id), [1, 2, 2, 1]);
    });
}

#[test]
fn an_interrupt_is_awaited_by_a_resource_of_its_own() {
    checked(async |collector| {
        let mut interrupted = pin!(ctrl_c());
        assert!(poll(interrupted.as_mut()).is_pending());
        let (id, _) = inits(collector, "SIGNALWRAP")[0];
        raise("INT");
        interrupted.await.unwrap();
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn an_interrupt_that_nobody_awaits_any_more_is_announced_and_destroyed() {
    checked(async |collector| {
        let mut interrupted = Box::pin(ctrl_c());
        let _ = poll(interrupted.as_mut());
        drop(interrupted);
        let (id, _) = inits(collector, "SIGNALWRAP")[0];
        assert_eq!(counts(collector, id)[3], 1);
    });
}

#[test]
fn a_signal_that_nobody_may_handle_is_an_error_and_no_resource() {
    checked(async |collector| {
        assert!(signal(SignalKind::from_raw(9)).is_err());
        assert_eq!(collector.take_lines(), [""; 0]);
    });
}
