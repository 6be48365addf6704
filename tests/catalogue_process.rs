//! The rows of the catalogue about the whole process: the error sink, exit codes, signals, child processes.
//!
//! Where a row ends the process, the test runs this binary again, as another process.

use std::{
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex},
};

use ah_testing::checked;
use async_hooks::{
    AsyncResource, EngineError, Hooks, HooksBuilder, PanicPolicy, embedder, set_error_sink,
    set_panic_policy,
};

const CASE: &str = "AH_CATALOGUE_CASE";

/// The program that is run, by the name of its case; does nothing as a test.
#[test]
fn program() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    std::panic::set_hook(Box::new(|_| ())); // so that the first line is ours
    let (policy, phase) = case.split_once(' ').unwrap();
    match policy {
        "exit" => set_panic_policy(PanicPolicy::Exit),
        "abort" => set_panic_policy(PanicPolicy::Abort),
        _ => assert_eq!(policy, "default"),
    }
    checked(|_| {
        enable(failing(phase));
        enable(Hooks::builder().init(|_| eprintln!("a later hook")));
        let caught = std::panic::catch_unwind(|| {
            AsyncResource::new("A").run_in_async_scope(|| ());
        });
        eprintln!("the program went on, caught: {}", caught.is_err());
    });
}

fn enable(hooks: HooksBuilder) {
    async_hooks::create_hook(hooks.build()).enable();
}

fn failing(phase: &str) -> HooksBuilder {
    let hooks = Hooks::builder().name("failing");
    match phase {
        "init" => hooks.init(|_| panic!("boom")),
        _ => hooks.before(|_| panic!("boom")),
    }
}

fn run(case: &str) -> (Output, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "program", "--nocapture"])
        .env(CASE, case)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, stderr)
}

#[test]
fn st_04_a_context_entered_and_never_left_is_detected_when_its_scope_ends() {
    // Node: the process ends with code 1; here: the error sink receives it, and the stack is as before.
    checked(|_| {
        let told = Arc::new(Mutex::new(Vec::new()));
        let there = told.clone();
        set_error_sink(move |error| {
            if let EngineError::ScopeNotLeft(scope) = error {
                let ids = (scope.actual().get(), scope.expected().get());
                there.lock().unwrap().push(ids);
            }
        });
        AsyncResource::new("A").run_in_async_scope(|| embedder::emit_before(50.into(), 1.into()));
        assert_eq!(*told.lock().unwrap(), [(50, 2)]);
        assert_eq!(async_hooks::execution_async_id(), 1);
    });
}

#[test]
fn st_06_a_failing_hook_ends_the_process_as_the_policy_says() {
    // Node: it always does; here: by default it is disabled, the program continues, and a policy may choose otherwise.
    for phase in ["init", "before"] {
        let message = format!("async_hooks: hook `failing` panicked in its {phase} callback for 2");
        let (output, stderr) = run(&format!("exit {phase}"));
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr.lines().any(|line| line.starts_with(&message)),
            "{stderr}"
        );
        let (output, stderr) = run(&format!("abort {phase}"));
        assert!(!matches!(output.status.code(), Some(0 | 1 | 101)));
        assert!(stderr.contains(&message));
        let (output, stderr) = run(&format!("default {phase}"));
        assert!(output.status.success());
        assert!(stderr.contains(&message) && stderr.contains("went on"));
    }
}

#[test]
fn st_08_after_a_failing_hook_nothing_more_runs_and_nobody_can_catch_it() {
    // Node: always so; here: under the policy `Exit`. By default later hooks still run, and there is nothing to catch.
    let (output, stderr) = run("exit init");
    assert_eq!(output.status.code(), Some(1));
    assert!(!stderr.contains("a later hook") && !stderr.contains("went on"));
    let (_, stderr) = run("default init");
    assert!(stderr.contains("a later hook"));
    assert!(stderr.contains("the program went on, caught: false"));
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

#[test]
fn gr_18_a_child_process_and_its_three_pipes_are_triggered_by_the_root() {
    checked(|collector| {
        block_on(async {
            let mut command =
                ah_tokio::observed::process::Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "program"]).stdin(Stdio::piped());
            let child = command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn();
            let output = child.unwrap().wait_with_output().await;
            assert!(output.unwrap().status.success());
        });
        let lines = collector.take_lines();
        assert_eq!(lines[0], "init PROCESSWRAP 2<1");
        let pipes = [3, 4, 5].map(|id| format!("init PIPEWRAP {id}<1"));
        assert_eq!(lines[1..4], pipes);
        let exits = lines.iter().filter(|line| *line == "before PROCESSWRAP 2");
        assert_eq!(exits.count(), 1);
    });
}

#[cfg(unix)]
#[test]
fn gr_19_two_signals_are_two_befores_and_what_their_handler_starts_is_triggered_by_the_watcher() {
    use ah_tokio::observed::signal::unix::{SignalKind, signal};
    use async_hooks::prelude::*;
    checked(|collector| {
        block_on(async {
            let mut signals = signal(SignalKind::user_defined2()).unwrap();
            for _ in 0..2 {
                let pid = std::process::id().to_string();
                let killed = Command::new("kill").args(["-s", "USR2", &pid]).status();
                assert!(killed.unwrap().success());
                signals.recv().await.unwrap();
                let watcher = signals.async_resource();
                watcher.run_in_async_scope(|| drop(AsyncResource::new("STARTED")));
            }
            let lines = collector.take_lines();
            assert!(!lines.contains(&"destroy SIGNALWRAP 2".into()));
            // once for the signal, and once more for its handler
            let befores = lines.iter().filter(|line| *line == "before SIGNALWRAP 2");
            assert_eq!(befores.count(), 4);
            for started in ["init STARTED 3<2", "init STARTED 4<2"] {
                assert!(lines.contains(&started.into()));
            }
        });
        assert_eq!(collector.take_lines(), ["destroy SIGNALWRAP 2"]);
    });
}
