//! A server's work, with cancellations, panics and hooks that are enabled and disabled, for as long as asked, and
//! nothing left.
//!
//! ```sh
//! cargo run --release -p soak                    # the short form: 20 seconds
//! cargo run --release -p soak -- --minutes 10    # the long form
//! ```
//!
//! After a short warm-up the load is drained and everything is counted: by the engine's own statistics, and by an allocator
//! that counts. Then comes the load that was asked for, and the same is counted again. It exits with 1 if anything was left,
//! if a request saw a wrong context, or if the throughput has sunk. Last, the same load runs for a while under the inspector,
//! which must report no context as lost, and nothing as alive that has ended.
//!
//! Built with `--cfg tokio_unstable` some of the tasks are plain tokio's, carried by the hooks of their runtime.
//!
//! | file | what it is about |
//! |---|---|
//! | `args.rs` | how long |
//! | `memory.rs` | the allocator that counts |
//! | `gauges.rs` | what is counted, and what must be as before |
//! | `rates.rs` | requests a second, and whether they get fewer |
//! | `inspected.rs` | the load under the inspector |
//! | `load.rs` | the clients, the hooks and environments beside them |
//! | `hooks.rs`, `worlds.rs` | hooks, environments and runtimes that come and go |
//! | `work/` | what a request does |

mod args;
mod gauges;
mod hooks;
mod inspected;
mod load;
mod memory;
mod rates;
mod work;
mod worlds;

use std::{
    panic,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use gauges::Gauges;
use load::Load;
use rates::Rates;

/// Long enough for every thread, pool and table to be there.
const WARM_UP: Duration = Duration::from_secs(3);

/// Panics that are not meant, on any thread, and errors that the engine reported.
static FAILURES: AtomicUsize = AtomicUsize::new(0);

fn main() -> ExitCode {
    match args::duration(std::env::args().skip(1)) {
        Ok(duration) => soak(duration),
        Err(message) => {
            eprintln!("soak: {message}");
            ExitCode::from(2)
        }
    }
}

fn soak(duration: Duration) -> ExitCode {
    async_hooks::stats::enable();
    count_failures();
    let mut rates = Rates::with_room_for(duration);
    let nothing = Gauges::now();
    let mut load = Load::new();

    println!("warming up for {} s", WARM_UP.as_secs());
    load.run(WARM_UP, |_| ());
    let start = gauges::at_rest(&nothing);
    println!("start: {start}");

    load.run(duration, |done| {
        rates.note(done);
        if rates.is_due() {
            println!("{:>5} s: {rates}, {}", rates.seconds(), Gauges::now());
        }
    });
    let end = gauges::at_rest(&nothing);
    println!("end:   {end}");

    let mut faults = end.left_over_since(&start);
    faults.extend(rates.fault());
    faults.extend(inspected::faults(&mut load)); // last: its tables stay, and recording takes time
    faults.extend(load.end());
    let left = Gauges::now().alive_since(&nothing).into_iter();
    faults.extend(left.map(|fault| format!("even without the runtime, {fault}")));
    let failures = FAILURES.load(Relaxed);
    if failures > 0 {
        faults.push(format!("{failures} panics and errors as above"));
    }
    report(&rates, &faults)
}

/// Those that are meant, of tasks and of hooks, are started by `resume_unwind`, which does not call the
/// panic hook.
fn count_failures() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        FAILURES.fetch_add(1, Relaxed);
        print(info);
    }));
    async_hooks::set_error_sink(|error| {
        if !matches!(error, async_hooks::EngineError::HookPanicked(_)) {
            FAILURES.fetch_add(1, Relaxed);
            eprintln!("soak: {error}");
        }
    });
}

fn report(rates: &Rates, faults: &[String]) -> ExitCode {
    println!(
        "{} requests, {} panics of hooks contained; {}",
        rates.requests(),
        async_hooks::stats().hook_panics(),
        rates.trend()
    );
    if faults.is_empty() {
        println!("nothing is left");
        return ExitCode::SUCCESS;
    }
    for fault in faults {
        eprintln!("soak: {fault}");
    }
    ExitCode::FAILURE
}
