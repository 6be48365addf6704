//! Each example ends well and prints what it should.
//!
//! After a change that is meant: run the example, read what it prints, and put that into `tests/examples/`.

use std::{
    path::Path,
    process::{Command, Output},
};

/// Runs a program, by its path in the folder of the profile. It is built as `cargo test --workspace` has built it: with the
/// features that one package asks for, most dependencies would be compiled once more.
fn run(program: &str, arguments: &[&str]) -> Output {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("cargo makes it inside the target directory");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--workspace", "--bins", "--examples"]);
    cargo.arg("--target-dir").arg(target);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.env_remove("RUSTFLAGS"); // the cfg that one example needs is not set
    let mut folder = target.join("debug");
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
        folder = target.join("release");
    }
    let built = cargo.output().expect("cargo runs");
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{errors}");
    let mut program = Command::new(folder.join(program));
    program.args(arguments).output().expect("it has been built")
}

/// Runs an example, and returns what it printed, without what differs on Windows.
#[track_caller]
fn printed_by(name: &str) -> String {
    printed_by_program(&format!("examples/{name}"))
}

#[track_caller]
fn printed_by_program(name: &str) -> String {
    let output = run(name, &[]);
    let stdout = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    assert!(
        output.status.success(),
        "{name}: {}\n{stdout}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    stdout
}

#[track_caller]
fn assert_prints(name: &str, expected: &str) {
    let expected = expected.replace("\r\n", "\n");
    let printed = printed_by(name);
    assert!(
        printed == expected,
        "{name} printed\n{printed}\ninstead of\n{expected}"
    );
}

#[test]
fn hooks_log() {
    assert_prints("hooks_log", include_str!("examples/hooks_log.txt"));
}

#[test]
fn tcp_hooks() {
    assert_prints("tcp_hooks", include_str!("examples/tcp_hooks.txt"));
}

#[test]
fn db_query() {
    assert_prints("db_query", include_str!("examples/db_query.txt"));
}

#[test]
fn worker_pool() {
    assert_prints("worker_pool", include_str!("examples/worker_pool.txt"));
}

#[test]
fn promise_hooks() {
    assert_prints("promise_hooks", include_str!("examples/promise_hooks.txt"));
}

#[test]
fn request_ids() {
    let printed = printed_by("request_ids");
    for line in ["lines with wrong id 0", "lines with no id    0"] {
        assert!(
            printed.lines().any(|printed| printed == line),
            "no {line:?} in\n{printed}"
        );
    }
}

/// Nothing is reported as lost where nothing is.
#[test]
fn request_ids_inspected() {
    let output = run("examples/request_ids", &["--inspected"]);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("contexts lost       0"), "{printed}");
}

#[test]
fn checkout() {
    let printed = printed_by_program("checkout");
    assert!(
        printed.ends_with("17 of 17 checks are right\n"),
        "{printed}"
    );
}

/// With the cfg, it is run by `.ci/run` in its folder.
#[test]
fn zero_annotation_says_what_it_needs() {
    let output = run("zero-annotation", &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("cd examples/zero_annotation && cargo run"),
        "{stderr}"
    );
}
