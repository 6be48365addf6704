//! Child processes and their pipes.

#![cfg(unix)]

mod support;

use std::process::Stdio;

use ah_tokio as tokio;
use async_hooks::prelude::*;
use support::{checked, counts, inits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    observed::process::{Child, Command},
};

#[test]
fn a_child_is_announced_before_its_pipes_and_entered_once_when_it_has_exited() {
    checked(async |collector| {
        let mut command = Command::new("cat");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let expected = ["PROCESSWRAP 2", "PIPEWRAP 3", "PIPEWRAP 4", "PIPEWRAP 5"];
        assert_eq!(
            collector.take_lines(),
            expected.map(|name| format!("init {name}<1"))
        );
        let id = child.async_id();
        assert!(child.wait().await.unwrap().success());
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        child.wait().await.unwrap();
        assert!(child.try_wait().unwrap().is_some());
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        drop(child);
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn a_pipe_is_entered_for_each_read_and_triggers_its_shutdown() {
    checked(async |collector| {
        let mut command = Command::new("cat");
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        stdin.write_all(b"ping").await.unwrap();
        stdout.read_exact(&mut [0; 4]).await.unwrap();
        assert_eq!(counts(collector, stdout.async_id()), [1, 1, 1, 0]);
        stdin.shutdown().await.unwrap();
        assert_eq!(inits(collector, "SHUTDOWNWRAP")[0].1, stdin.async_id());
        drop(stdin);
        assert_eq!(stdout.read(&mut [0; 4]).await.unwrap(), 0);
        assert!(child.wait().await.unwrap().success());
    });
}

#[test]
fn output_is_read_from_pipes_that_are_entered_at_the_end_and_then_the_child() {
    checked(async |collector| {
        let output = Command::new("echo").arg("text").output().await.unwrap();
        assert_eq!(output.stdout, b"text\n");
        let expected = [
            "init PROCESSWRAP 2<1",
            "init PIPEWRAP 3<1",
            "init PIPEWRAP 4<1",
            "before PIPEWRAP 3",
            "after PIPEWRAP 3",
            "before PIPEWRAP 4",
            "after PIPEWRAP 4",
            "before PROCESSWRAP 2",
            "after PROCESSWRAP 2",
        ];
        assert_eq!(collector.take_lines()[..9], expected);
    });
}

#[test]
fn a_status_is_awaited_by_a_child_of_its_own() {
    checked(async |collector| {
        let mut command = Command::new("sh");
        command
            .args(["-c", "exit $CODE"])
            .env("CODE", "3")
            .current_dir("/");
        let status = command.status();
        let (id, _) = inits(collector, "PROCESSWRAP")[0];
        assert_eq!(status.await.unwrap().code(), Some(3));
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn a_child_that_is_killed_has_exited() {
    checked(async |collector| {
        let mut child = Command::new("sleep")
            .arg("1000")
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        assert!(child.try_wait().unwrap().is_none());
        assert!(child.id().is_some());
        child.kill().await.unwrap();
        assert_eq!(counts(collector, child.async_id()), [1, 1, 1, 0]);
    });
}

#[test]
fn a_child_that_nobody_waits_for_is_destroyed_and_not_entered() {
    checked(async |collector| {
        let child = Command::new("sleep")
            .arg("1000")
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let id = child.async_id();
        drop(child);
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
    });
}

#[test]
fn what_cannot_be_started_is_not_announced() {
    checked(async |collector| {
        assert!(Command::new("/no/such/program").spawn().is_err());
        assert!(Command::new("/no/such/program").output().await.is_err());
        assert_eq!(collector.take_lines(), [""; 0]);
    });
}

#[test]
fn the_output_of_one_child_is_the_input_of_another() {
    checked(async |_| {
        let mut echo = Command::new("echo");
        let mut echo = echo.arg("text").stdout(Stdio::piped()).spawn().unwrap();
        let text: Stdio = echo.stdout.take().unwrap().try_into().unwrap();
        let output = Command::new("cat").stdin(text).output().await.unwrap();
        assert_eq!(output.stdout, b"text\n");
        assert!(echo.wait().await.unwrap().success());
    });
}

#[test]
fn tokios_child_becomes_a_resource_and_is_given_back() {
    checked(async |collector| {
        let mut command = ::tokio::process::Command::new("cat");
        let child = Child::from(command.stdin(Stdio::piped()).spawn().unwrap());
        let id = child.async_id();
        let mut child = child.into_inner();
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
        assert!(child.stdin.is_some());
        assert!(child.wait().await.unwrap().success());
    });
}
