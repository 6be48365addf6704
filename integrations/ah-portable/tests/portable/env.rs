//! Environment variables carry stores from a process to its child. The child is a process of this binary.

use std::process::Command;

use ah_testing::test;

use crate::support::{CONTEXT, REQUEST_ID, TENANT, captured, nothing_is_refused, seen};

const CHILD: &str = "AH_PORTABLE_CHILD";

/// The program that is run; does nothing as a test.
#[test]
fn program() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let mut refused = Vec::new();
    let context = CONTEXT.from_env(|why| refused.push(why.to_string()));
    println!("child has {:?} {refused:?}", context.run(seen));
}

/// Runs the program. Returns what it has received.
fn child(prepare: impl FnOnce(&mut Command)) -> String {
    let mut command = Command::new(std::env::current_exe().expect("it runs"));
    command.args(["--exact", "env::program", "--nocapture"]);
    prepare(command.env(CHILD, "1"));
    let output = command.output().expect("it runs again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text
        .split("child has ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    line.unwrap_or_else(|| panic!("it said nothing: {output:?}"))
        .to_owned()
}

#[test]
fn a_child_has_what_its_parent_sent() {
    let variables = captured().to_env(nothing_is_refused);
    let expected = [
        ("ASYNC_CONTEXT_REQUEST_ID", "7"),
        ("ASYNC_CONTEXT_TENANT", "Amélie & co"),
    ];
    assert!(
        variables
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .eq(expected)
    );
    let text = child(|command| {
        command.envs(variables);
    });
    assert_eq!(text, r#"(Some(7), Some("Amélie & co")) []"#);
}

/// The variables that this process was started with are of another context.
#[test]
fn a_child_does_not_inherit_what_its_parent_received() {
    let map = REQUEST_ID.run(8, || CONTEXT.capture());
    let text = child(|command| {
        command
            .env("ASYNC_CONTEXT_TENANT", "of another")
            .envs(map.to_env(nothing_is_refused));
    });
    assert_eq!(text, "(Some(8), None) []");
}

#[test]
fn what_no_variable_can_have_is_reported() {
    for (tenant, reason) in [
        (
            String::new(),
            "it is empty, which means unset in an environment variable",
        ),
        (
            "a\0b".to_owned(),
            "it has a character that no environment variable can have",
        ),
        ("x".repeat(8_193), "it is longer than 8192 bytes"),
    ] {
        let map = TENANT.run(tenant, || CONTEXT.capture());
        let mut refused = Vec::new();
        let variables = map.to_env(|why| refused.push(why.to_string()));
        assert!(variables.iter().all(|(_, value)| value.is_empty()));
        assert_eq!(
            refused,
            [format!("the store of `tenant` is refused: {reason}")]
        );
    }
}

#[cfg(unix)]
#[test]
fn hostile_variables_are_refused() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let text = child(|command| {
        command
            .env("ASYNC_CONTEXT_REQUEST_ID", "7; rm -r /")
            .env("ASYNC_CONTEXT_TENANT", OsStr::from_bytes(b"\xff"));
    });
    assert_eq!(
        text,
        "(None, None) [\"the store of `request_id` is refused: a text that is not JSON\", \"the store of `tenant` is refused: it is not UTF-8\"]"
    );
}
