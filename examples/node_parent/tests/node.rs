//! The example under a real Node: the parent checks every answer and every line itself.
//!
//! `cargo test -p node_parent --test node`; `cargo test` alone does not, since it needs Node 20 or later. `AH_NODE` names
//! another program than `node`.

#![cfg(unix)]

use std::{
    os::unix::process::ExitStatusExt,
    process::{Command, Output},
};

fn parent(arguments: &[&str]) -> Output {
    let node = std::env::var_os("AH_NODE").unwrap_or_else(|| "node".into());
    let mut parent = Command::new(node);
    parent
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/parent.mjs"))
        .args(arguments);
    let output = parent.arg(env!("CARGO_BIN_EXE_node_parent")).output();
    output.expect("a Node 20 or later is needed as `node`, or where AH_NODE says")
}

#[track_caller]
fn every_answer_and_line_is_right(serialization: &str) {
    let output = parent(&[serialization]);
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{stderr}");
    assert_eq!(
        stdout.trim_end(),
        format!(
            "{serialization}: 10000 answers and 30000 lines, each with the context of its request"
        )
    );
    assert_eq!(
        stderr.trim_end(),
        "child: the channel is closed: 10000 messages, 10000 answers"
    );
}

#[test]
fn advanced() {
    every_answer_and_line_is_right("advanced");
}

#[test]
fn json() {
    every_answer_and_line_is_right("json");
}

/// The output is at its end when the child has ended, too.
#[test]
fn the_child_ends_with_its_parent() {
    for serialization in ["advanced", "json"] {
        let output = parent(&["--die", serialization]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal(), Some(9), "{stderr}");
        assert!(
            stderr.starts_with("child: the channel is closed: "), // after as many messages as it has read
            "{stderr}"
        );
    }
}
