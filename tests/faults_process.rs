//! Faults of the whole process: `fork`, and an exit while runtimes live. Each case is a process of its own, of this binary.

#![cfg(unix)] // for `fork`

use std::{
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
};

use async_hooks::{AsyncLocalStorage, AsyncResource, Hooks, Task, prelude::*};
use tokio::runtime::{Builder, Runtime};

const CASE: &str = "AH_FAULTS_CASE";
/// The exit code of a case that went as it should.
const AS_PLANNED: i32 = 42;

static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();

/// The program that is run, by the name of its case; does nothing as a test.
#[test]
fn program() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let heard = listen();
    let runtime = busy_runtime();
    match case.as_str() {
        "exit in a scope" => {
            let scope = STORE.run(7, || AsyncResource::new("SCOPE"));
            scope.run_in_async_scope(|| std::process::exit(AS_PLANNED));
        }
        "exit in a callback" => {
            let hooks = Hooks::builder().types(["LAST"]);
            let hooks = hooks.init(|_| std::process::exit(AS_PLANNED));
            async_hooks::create_hook(hooks.build()).enable();
            drop(AsyncResource::new("LAST"));
        }
        "exit in a task" => {
            let exits = STORE.run::<_, async_hooks::Value>(7, || {
                Task::new(async {
                    assert_eq!(STORE.get(), Some(7));
                    std::process::exit(AS_PLANNED)
                })
            });
            let never: Result<(), _> = runtime.block_on(runtime.spawn(exits));
            panic!("it went on: {never:?}");
        }
        "exit with a runtime that is never dropped" => {
            std::mem::forget(runtime);
            std::process::exit(AS_PLANNED);
        }
        "fork" => fork_in_a_scope(&heard),
        other => panic!("no such case: {other}"),
    }
}

/// A hook that counts all events.
fn listen() -> Arc<AtomicUsize> {
    let heard = Arc::new(AtomicUsize::new(0));
    let count = || {
        let heard = heard.clone();
        move |_| {
            heard.fetch_add(1, SeqCst);
        }
    };
    let init = heard.clone();
    let hooks = Hooks::builder()
        .init(move |_| {
            init.fetch_add(1, SeqCst);
        })
        .before(count())
        .after(count())
        .destroy(count());
    async_hooks::create_hook(hooks.build()).enable();
    heard
}

/// A runtime with tasks that never rest, which runs.
fn busy_runtime() -> Runtime {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let (started, has_started) = mpsc::channel();
    for number in 0..4 {
        let started = started.clone();
        let busy = async move {
            let _ = started.send(());
            loop {
                assert_eq!(STORE.get(), Some(number));
                drop(AsyncResource::new("A"));
                tokio::task::yield_now().traced("F").await;
            }
        };
        drop(STORE.run::<_, async_hooks::Value>(number, || runtime.spawn(Task::new(busy))));
    }
    for _ in 0..4 {
        has_started.recv().unwrap();
    }
    runtime
}

/// What a child of `fork` may do: a few operations on the one thread that it has.
fn few_operations(heard: &AtomicUsize) -> bool {
    let before = heard.load(SeqCst);
    let resource = STORE.run(8, || AsyncResource::new("CHILD"));
    let inside = resource.run_in_async_scope(|| (STORE.get(), async_hooks::execution_async_id()));
    let expected = (Some(8), resource.async_id());
    drop(resource);
    async_hooks::flush_destroys();
    inside == expected && heard.load(SeqCst) >= before + 4
}

#[expect(unsafe_code, reason = "`fork` has no safe form")]
fn fork_in_a_scope(heard: &AtomicUsize) {
    let scope = STORE.run(7, || AsyncResource::new("SCOPE"));
    let id = scope.async_id();
    let as_before = || STORE.get() == Some(7) && async_hooks::execution_async_id() == id;
    scope.run_in_async_scope(|| {
        // SAFETY: the child does a few operations that take no lock of another thread's, and `_exit`s
        let child = unsafe { libc::fork() };
        assert!(child >= 0);
        if child == 0 {
            let good = as_before() && few_operations(heard) && as_before();
            // SAFETY: it is always safe to end
            unsafe { libc::_exit(if good { AS_PLANNED } else { 1 }) }
        }
        let mut status = 0;
        // SAFETY: `status` is ours
        let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(waited, child);
        assert_eq!(libc::WEXITSTATUS(status), AS_PLANNED, "status {status}");
        assert!(as_before() && few_operations(heard) && as_before());
    });
    std::process::exit(AS_PLANNED);
}

fn goes_as_planned(case: &str) {
    let output = run(case);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(AS_PLANNED), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

fn run(case: &str) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "program", "--nocapture"])
        .env(CASE, case)
        .output()
        .unwrap()
}

#[test]
fn the_process_may_exit_in_a_scope_while_a_runtime_lives() {
    goes_as_planned("exit in a scope");
}

#[test]
fn the_process_may_exit_in_a_callback_of_a_hook() {
    goes_as_planned("exit in a callback");
}

#[test]
fn the_process_may_exit_in_a_task() {
    goes_as_planned("exit in a task");
}

#[test]
fn the_process_may_exit_with_a_runtime_that_is_never_dropped() {
    goes_as_planned("exit with a runtime that is never dropped");
}

#[test]
fn a_forked_child_has_the_context_of_its_parent_and_goes_on_from_there() {
    goes_as_planned("fork");
}
