//! Rule 10: what happens to the process when a hook panics. Each test runs this binary again, as another process.

use std::process::{Command, Output};

use ah_testing::CheckedEnv;
use async_hooks::{AsyncResource, Hooks, PanicPolicy, set_error_sink, set_panic_policy};

const CASE: &str = "AH_PANIC_POLICY_CASE";
const MESSAGE: &str = "hook `metrics` panicked in its init callback for 2 and is disabled: boom";
const NEXT_HOOK: &str = "the next hook was called";
const WENT_ON: &str = "the program went on";

/// The program that is run; does nothing as a test.
#[test]
fn program() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    match case.as_str() {
        "exit" => set_panic_policy(PanicPolicy::Exit),
        "abort" => set_panic_policy(PanicPolicy::Abort),
        "contain" => set_panic_policy(PanicPolicy::Contain),
        "sink" => {
            set_panic_policy(PanicPolicy::Exit);
            set_error_sink(|error| eprintln!("the sink got: {error}"));
        }
        "sink panics" => {
            set_panic_policy(PanicPolicy::Exit);
            set_error_sink(|_| panic!("sink"));
        }
        "later" => set_error_sink(|error| {
            eprintln!("the sink got: {error}");
            set_panic_policy(PanicPolicy::Exit);
        }),
        _ => assert_eq!(case, "default"),
    }
    CheckedEnv::new().run(|| {
        let hooks = Hooks::builder().name("metrics").init(|_| panic!("boom"));
        async_hooks::create_hook(hooks.build()).enable();
        let later = Hooks::builder().init(|_| eprintln!("{NEXT_HOOK}"));
        async_hooks::create_hook(later.build()).enable();
        drop(AsyncResource::new("A"));
    });
    eprintln!("{WENT_ON}");
}

fn run(case: &str) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "program", "--nocapture"])
        .env(CASE, case)
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn by_default_a_panic_is_written_to_standard_error_and_contained() {
    let output = run("default");
    assert!(output.status.success());
    assert!(stderr(&output).contains(&format!("async_hooks: {MESSAGE}\n")));
    assert!(stderr(&output).contains(WENT_ON));
}

#[test]
fn contain_contains() {
    let output = run("contain");
    assert!(output.status.success());
    let stderr = stderr(&output);
    let at = |text| stderr.find(text).expect(text);
    assert!(
        at(NEXT_HOOK) < at(MESSAGE),
        "reports come after the last callback"
    );
    assert!(at(MESSAGE) < at(WENT_ON));
}

#[test]
fn exit_ends_the_process_with_a_message_and_exit_code_1() {
    let output = run("exit");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(MESSAGE));
    assert!(!stderr(&output).contains(NEXT_HOOK), "it ends at once");
    assert!(!stderr(&output).contains(WENT_ON));
}

#[test]
fn abort_aborts_the_process_with_a_message() {
    let output = run("abort");
    // ended by a signal where there are signals: no exit code of its own, at least not that of a failed test
    assert!(!matches!(output.status.code(), Some(0 | 1 | 101)));
    assert!(stderr(&output).contains(MESSAGE));
    assert!(!stderr(&output).contains(WENT_ON));
}

#[test]
fn the_sink_hears_of_it_before_the_process_ends() {
    let output = run("sink");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&format!("the sink got: {MESSAGE}")));
    assert!(!stderr(&output).contains(&format!("async_hooks: {MESSAGE}")));
}

#[test]
fn the_policy_holds_though_the_sink_panics() {
    let output = run("sink panics");
    assert_eq!(output.status.code(), Some(1));
    assert!(!stderr(&output).contains(WENT_ON));
}

#[test]
fn a_policy_that_the_sink_chooses_holds() {
    let output = run("later");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&format!("the sink got: {MESSAGE}")));
    assert!(!stderr(&output).contains(WENT_ON));
}
