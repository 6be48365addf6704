//! Random programs over the whole public API, run against the engine and against a small model of what it promises.
//!
//! ```sh
//! cargo test -p model                                    # the short form: half a minute
//! AH_MODEL_CASES=100000 cargo test --release -p model    # the long form
//! ```
//!
//! A program that fails is shrunk, and printed with its seed. `AH_MODEL_SEED` runs that one again.

mod coverage;
mod executors;
mod log;
mod model;
mod program;
mod run;

use std::{env, fmt::Write as _, thread};

use executors::Executor;
use proptest::{
    strategy::BoxedStrategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is to be a number, not {text}"))
    })
}

/// The runner of the program with this number: each has a seed of its own, so that it can be run again by itself.
fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: 1,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Compares what the two sides say of programs: of so many in the short form, if nothing else is asked for.
fn check<P: std::fmt::Debug + 'static>(
    short: u64,
    programs: fn() -> BoxedStrategy<P>,
    sides: impl Fn(&P) -> (Vec<String>, Vec<String>) + Send + 'static,
) {
    let seeds = match number("AH_MODEL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("AH_MODEL_CASES").unwrap_or(short),
    };
    // bodies nest, and the stack of an unoptimised build is soon full
    let stack = thread::Builder::new().stack_size(256 << 20);
    let checking = stack.spawn(move || {
        let programs = programs();
        for seed in seeds {
            let checked = runner(seed).run(&programs, |program| compare(&sides(&program)));
            if let Err(error) = checked {
                panic!("AH_MODEL_SEED={seed}: {}", told(error));
            }
        }
    });
    let checked = checking.expect("a thread").join();
    checked.unwrap_or_else(|payload| std::panic::resume_unwind(payload));
}

fn told<P: std::fmt::Debug>(error: TestError<P>) -> String {
    match error {
        TestError::Fail(reason, program) => format!("{reason}\n{program:#?}"),
        TestError::Abort(reason) => reason.to_string(),
    }
}

fn compare((real, model): &(Vec<String>, Vec<String>)) -> Result<(), TestCaseError> {
    if real == model {
        return Ok(());
    }
    let same = real
        .iter()
        .zip(model)
        .take_while(|(real, model)| real == model);
    let same = same.count();
    let mut told = String::from("the logs differ\n");
    for line in &real[..same] {
        let _ = writeln!(told, "       {line}");
    }
    for (side, log) in [("engine", real), ("model ", model)] {
        let line = log.get(same).map_or("(the end)", String::as_str);
        let _ = writeln!(told, "{side} {line}");
    }
    Err(TestCaseError::fail(told))
}

#[test]
fn programs_do_what_the_model_says() {
    check(800, program::ordered, |program| {
        (run::run(program), model::run(program))
    });
}

/// Of tasks that share nothing, what each logged: within each the order counts, between them it is left to chance.
fn check_alone(executor: Executor) {
    let lines = |logs: log::Logs| {
        let of_task = |(path, log): (log::Path, Vec<String>)| {
            log.into_iter()
                .map(move |line| format!("task {path:?}: {line}"))
        };
        logs.into_iter().flat_map(of_task).collect()
    };
    check(150, program::alone, move |program| {
        let (real, model) = (
            executors::run_alone(&executor, program),
            model::run_alone(program),
        );
        (lines(real), lines(model))
    });
}

#[test]
fn tasks_do_what_the_model_says_on_a_local_pool() {
    check_alone(executors::LOCAL_POOL);
}

#[test]
fn tasks_do_what_the_model_says_on_tokio_current_thread() {
    check_alone(executors::TOKIO_CURRENT_THREAD);
}

#[test]
fn tasks_do_what_the_model_says_on_tokio_multi_thread() {
    check_alone(executors::TOKIO_MULTI_THREAD);
}

/// Of tasks that share everything, what all of them logged. In which order they have their turns is up to the executor.
fn check_together(executor: Executor) {
    check(150, program::together, move |body| {
        let (real, turns) = executors::run_together(&executor, body);
        (real, model::run_together(body, &turns))
    });
}

#[test]
fn tasks_that_share_everything_do_what_the_model_says_on_a_local_pool() {
    check_together(executors::LOCAL_POOL);
}

#[test]
fn tasks_that_share_everything_do_what_the_model_says_on_tokio_current_thread() {
    check_together(executors::TOKIO_CURRENT_THREAD);
}
