//! What the programs are made of: that each operation is really run, and that what may befall a future befalls some.

use std::collections::BTreeSet;

use proptest::strategy::{BoxedStrategy, Strategy as _, ValueTree as _};

use crate::{executors, model, program, runner};

/// So many programs of each kind.
const CASES: u64 = 600;

fn each<P: std::fmt::Debug>(programs: &BoxedStrategy<P>, run: impl Fn(&P)) {
    for seed in 0..CASES {
        let program = programs.new_tree(&mut runner(seed));
        run(&program.expect("a program").current());
    }
}

#[rustfmt::skip]
const OPERATIONS: &[(&str, &[&str])] = &[
    ("Op", &[
        "Look", "Enter", "Run", "Exit", "Lend", "Disable", "Guard", "DropGuard",
        "Resource", "RunIn", "Destroy", "DropResource", "DefaultTrigger", "Extend", "Traced",
        "Snapshot", "EmptySnapshot", "RunSnapshot", "Bind", "BindIn", "Call", "Detached",
        "Hook", "EnableHook", "DisableHook", "DropHook", "OnPromise", "StopPromise", "Flush",
        "Panic", "Catch", "Thread", "Hand", "Env",
        "Future", "Poll", "PollElsewhere", "DropFuture", "DropElsewhere", "Channel", "Sink", "Spawn", "Abort",
    ]),
    ("Creation", &["Built", "Struct", "CloneOf"]),
    ("Manual", &[
        "Init", "Before", "After", "Destroy", "Callback", "Root", "Worker", "Task", "InTask", "DropTask", "Drive",
    ]),
    ("InEnv", &["Make", "Run", "Drop"]),
    ("AsyncOp", &["Sync", "Yield", "Item", "Await", "AwaitSlot", "Join", "Select"]),
    ("Wrap", &[
        "Carried", "Traced", "Function", "Scope", "ExitScope", "InResource", "InSnapshot", "InEnv", "Task",
    ]),
    ("Function", &["Async", "Caused", "Opaque", "Boxed"]),
];

const EVENTS: &[&str] = &[
    "a future is dropped unpolled",
    "a future is dropped half-polled",
    "a future that was polled here is polled on another thread",
    "a future is replaced while it is polled",
    "a future panics",
    "a future of one environment is polled in another",
    "a future wins in select!",
    "select! cancels a future unpolled",
    "select! cancels a future half-polled",
    "the executor drops a task that is not ready",
    "a hook panics",
    "a hook is called in a callback",
    "an environment goes with hooks enabled",
    "a context cannot be left manually",
    "contexts are left manually in a wrong order",
];

#[test]
fn everything_that_programs_are_to_do_happens_in_them() {
    let checking = std::thread::Builder::new().stack_size(256 << 20);
    let seen = checking.spawn(|| {
        model::seen_in(|| {
            each(&program::ordered(), |program| drop(model::run(program)));
            each(&program::alone(), |program| drop(model::run_alone(program)));
            each(&program::together(), |body| {
                let (_, turns) = executors::run_together(&executors::TOKIO_CURRENT_THREAD, body);
                drop(model::run_together(body, &turns));
            });
        })
    });
    let seen = seen.expect("a thread").join().expect("they run");
    let operations = OPERATIONS.iter().flat_map(|(of, names)| {
        let names = names.iter();
        names.map(move |name| format!("{of}::{name}"))
    });
    let expected = operations.chain(EVENTS.iter().map(ToString::to_string));
    let missing: BTreeSet<_> = expected.filter(|what| !seen.contains(what)).collect();
    assert!(missing.is_empty(), "never: {missing:?}");
}
