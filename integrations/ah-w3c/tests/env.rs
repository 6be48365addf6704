//! Environment variables carry what is sent from a process to its child. The child is a process of this binary.

use std::process::Command;

use ah_w3c::{Baggage, Remote, TraceParent, TraceState, from_env, to_env};

const CHILD: &str = "AH_W3C_CHILD";

/// The program that is run; does nothing as a test.
#[test]
fn program() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let mut refused = Vec::new();
    let remote = from_env(|why| refused.push(why.to_string()));
    let parent = remote.parent.map(|parent| parent.to_string());
    let [state, baggage] = [remote.state.as_str(), remote.baggage.as_str()];
    println!("child has {parent:?} {state:?} {baggage:?} {refused:?}");
}

/// Runs the program. Returns what it has received.
fn child(prepare: impl FnOnce(&mut Command)) -> String {
    let mut command = Command::new(std::env::current_exe().expect("it runs"));
    command.args(["--exact", "program", "--nocapture"]);
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

fn remote() -> Remote {
    Remote {
        parent: None,
        state: "rojo=1".parse::<TraceState>().expect("in order"),
        baggage: Baggage::default().with("user", "a b").expect("in order"),
    }
}

#[test]
fn a_child_has_what_its_parent_sent() {
    let here = TraceParent::new_root(true);
    let text = child(|command| {
        command.envs(to_env(&here, &remote()));
    });
    let parent = here.to_string();
    assert_eq!(
        text,
        format!("Some({parent:?}) \"rojo=1\" \"user=a%20b\" []")
    );
}

/// The variables that this process was started with are about another operation.
#[test]
fn a_child_does_not_inherit_what_its_parent_received() {
    let here = TraceParent::new_root(true);
    let text = child(|command| {
        command.env("TRACESTATE", "old=1").env("BAGGAGE", "old=1");
        command.envs(to_env(&here, &Remote::default()));
    });
    let parent = here.to_string();
    assert_eq!(text, format!("Some({parent:?}) \"\" \"\" []"));
}

#[test]
fn empty_variables_are_as_none() {
    let text = child(|command| {
        command
            .env("TRACEPARENT", "")
            .env("TRACESTATE", "")
            .env("BAGGAGE", "");
    });
    assert_eq!(text, "None \"\" \"\" []");
}

#[test]
fn bad_variables_are_refused() {
    let text = child(|command| {
        command
            .env("TRACEPARENT", "hello")
            .env("TRACESTATE", "rojo=1");
        command.env("BAGGAGE", "user");
    });
    let parent = "traceparent is not used: it is shorter than 55 characters";
    let baggage = "baggage is not used: member 1 has no equals sign";
    assert_eq!(text, format!("None \"\" \"\" [{parent:?}, {baggage:?}]"));
}

/// What is no text at all, where the system allows it.
#[cfg(unix)]
#[test]
fn bytes_that_are_not_text_are_refused() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    let text = child(|command| {
        command.env("TRACEPARENT", OsStr::from_bytes(b"\xff"));
        command.env("BAGGAGE", OsStr::from_bytes(b"user=\xff"));
    });
    let parent = "traceparent is not used: it is shorter than 55 characters";
    let baggage = "baggage is not used: the field of member 1 is not ASCII";
    assert_eq!(text, format!("None \"\" \"\" [{parent:?}, {baggage:?}]"));
}
