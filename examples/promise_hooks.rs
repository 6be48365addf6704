//! A small tree of tracked futures: which created which, and how each of them ended.
//!
//! `cargo run --example promise_hooks`
//!
//! One is ready at once, one waits a turn, one is cancelled, one panics. The four promise hooks note it; the tree is
//! drawn from their notes.

use std::{
    collections::BTreeMap,
    future,
    panic::AssertUnwindSafe,
    process::ExitCode,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_hooks::{
    AsyncId,
    prelude::*,
    promise_hooks::{self, Outcome, Promise, Stop},
};
use futures::{FutureExt as _, future::select};

/// A future as the hooks received it.
struct Known {
    name: &'static str,
    parent: Option<AsyncId>,
    polls: usize,
    outcome: Option<Outcome>,
}

static KNOWN: Mutex<BTreeMap<AsyncId, Known>> = Mutex::new(BTreeMap::new());

fn known() -> MutexGuard<'static, BTreeMap<AsyncId, Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn print(event: &str, promise: &Promise, more: &str) {
    let (name, id) = (promise.resource_type(), promise.async_id());
    println!("{event:<7} {name}({id}){more}");
}

fn listen() -> [Stop; 4] {
    [
        promise_hooks::on_init(|promise, parent| {
            let by = parent.map_or(String::new(), |id| format!(", made in {id}"));
            print("init", promise, &by);
            let new = Known {
                name: promise.resource_type(),
                parent,
                polls: 0,
                outcome: None,
            };
            known().insert(promise.async_id(), new);
        }),
        promise_hooks::on_before(|promise| {
            print("before", promise, "");
            if let Some(known) = known().get_mut(&promise.async_id()) {
                known.polls += 1;
            }
        }),
        promise_hooks::on_after(|promise| print("after", promise, "")),
        promise_hooks::on_settled(|promise, outcome| {
            print("settled", promise, &format!(": {outcome:?}"));
            if let Some(known) = known().get_mut(&promise.async_id()) {
                known.outcome = Some(outcome);
            }
        }),
    ]
}

async fn handle_request() -> Result<u32, &'static str> {
    let cached = async { 40 }.traced("CACHE").await;

    // the first one to be ready wins; the other one is dropped, and so cancelled
    let slow = future::pending::<u32>().traced("SLOW_REPLICA");
    let fast = read_row().traced("FAST_REPLICA");
    let row = select(Box::pin(slow), Box::pin(fast))
        .await
        .factor_first()
        .0;

    let audit = AssertUnwindSafe(audit().traced("AUDIT")).catch_unwind();
    match audit.await {
        Ok(()) => Err("the audit should have failed"),
        Err(_panic) => Ok(cached + row),
    }
}

async fn read_row() -> u32 {
    async { tokio::task::yield_now().await }.traced("ROW").await;
    2
}

async fn audit() {
    // a panic like any other, but it writes nothing to standard error
    std::panic::resume_unwind(Box::new("no space left"));
}

fn draw(known: &BTreeMap<AsyncId, Known>, parent: Option<AsyncId>, depth: usize) {
    for (id, one) in known.iter().filter(|(_, one)| one.parent == parent) {
        let outcome = one
            .outcome
            .map_or("never settled".into(), |outcome| format!("{outcome:?}"));
        println!(
            "{:1$}{2}: polls {3}, {outcome}",
            "",
            2 * depth,
            one.name,
            one.polls
        );
        draw(known, Some(*id), depth + 1);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let hooks = listen();
    let answer = handle_request().traced("REQUEST").await;
    hooks.into_iter().for_each(Stop::stop);
    async {}.traced("UNHEARD").await;

    println!();
    let known = known();
    draw(&known, None, 0);

    let outcome = |name| known.values().find(|one| one.name == name)?.outcome;
    let good = answer == Ok(42)
        && known.len() == 6
        && outcome("REQUEST") == Some(Outcome::Ready)
        && outcome("SLOW_REPLICA") == Some(Outcome::Cancelled)
        && outcome("AUDIT") == Some(Outcome::Panicked);
    if good {
        ExitCode::SUCCESS
    } else {
        eprintln!("promise_hooks: not the futures, or not the ends, that were made: {answer:?}");
        ExitCode::FAILURE
    }
}
