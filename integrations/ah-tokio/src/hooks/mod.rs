//! Every task, by the runtime's own hooks: no change to any source.
//!
//! | file | what it is about |
//! |---|---|
//! | `callbacks.rs` | the user's own callbacks for the four hooks |
//! | `table.rs` | the context of each live task, by its number |
//! | `number.rs` | the number of a task |
//! | `polls.rs` | the polls that this thread is in |
//! | `quiet.rs` | the one among them before which the thread was quiet |
//! | `leaving.rs` | the end of a poll where code of the user's runs |
//! | `sync.rs` | atomics and locks of `std`, or of loom for models |
//!
//! What tokio promises about its hooks is less than one would think, and this module rests on no more than that:
//!
//! - A task may be polled on another thread before the `after` of its last poll was called on this one: it becomes idle
//!   first. So whoever polls a task has claimed its context until it has its stores back, which is the first thing that
//!   `after` does, and the next poll waits for that. Callbacks and hooks run after it, and nobody waits for them.
//! - Still tokio orders the polls of one task: what a poll did, and the `before` of it, happens before the next `before`.
//! - `terminate` comes before the last `after`, and for blocking tasks, which were never announced.
//! - `terminate` comes before `spawn` on a runtime that is closing.
//! - `before` and `after` may come for a task that is not polled, since it was shut down meanwhile.

mod callbacks;
mod leaving;
mod number;
mod polls;
mod quiet;
mod sync;
mod table;

use std::sync::Arc;

use ah_core::{TASK, embedder::TaskContext};
use tokio::runtime::{Builder, TaskMeta};

use crate::carried;

pub use callbacks::TaskCallbacks;
use leaving::call_then;
use number::Number;
use table::Table;

/// Instruments a runtime, so that every task carries its context, whoever spawns it.
///
/// Each task is a resource of type [`TASK`](ah_core::TASK): it has an id and its spawner as the trigger, it runs with
/// the stores that were current where it was spawned, `before` and `after` are delivered around each of its polls, and
/// `destroy` at its end. A task that is spawned by [`ah_tokio::spawn`](crate::spawn) or another wrapper is one
/// resource, not two.
///
/// No thread waits for the hooks and callbacks of another. So on a runtime with several workers, the `after` of a poll may
/// still run while another worker has begun the task's next poll: on each thread, `before` and `after` come in pairs and in
/// order, each with the ids and the stores of its own poll, but of two polls on two threads the first may be left last. The
/// first event of a task is its `init`, and the last one is its `destroy`.
///
/// This sets the builder's four task hooks, and there is only one slot for each: hand your own callbacks over.
/// [`ah_tokio::runtime::Builder`](crate::runtime::Builder) does all this by itself.
///
/// Not seen by tokio's hooks, and covered by the wrappers of this crate: blocking tasks, tasks of a
/// [`LocalSet`](crate::task::LocalSet), and the future that `block_on` polls. A future that is dropped by the shutdown of
/// its runtime is dropped outside of its context.
///
/// # Examples
///
/// ```
/// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
///
/// let mut builder = tokio::runtime::Builder::new_current_thread();
/// ah_tokio::instrument(&mut builder, ah_tokio::TaskCallbacks::new());
/// let seen = builder.build()?.block_on(REQUEST_ID.scope(7, async {
///     tokio::spawn(async { REQUEST_ID.get() }).await // tokio's own
/// }));
/// assert_eq!(seen?, Some(7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn instrument(builder: &mut Builder, callbacks: TaskCallbacks) {
    let table = Table::get();
    let TaskCallbacks {
        spawn,
        before,
        after,
        terminate,
    } = callbacks;
    builder
        .on_task_spawn(move |meta| on_spawn(table, meta, &spawn))
        .on_before_task_poll(move |meta| polls::begin(table, meta, &before))
        .on_after_task_poll(move |meta| polls::end(table, meta, &after))
        .on_task_terminate(move |meta| on_terminate(table, meta, &terminate));
}

/// Returns how many tasks have a context by [`instrument`] now, over all runtimes of this process: for tests and gauges.
///
/// Looks at the whole table, which takes some 20 µs.
#[must_use]
pub fn instrumented_tasks() -> usize {
    Table::get().len()
}

type Callback = Option<Arc<dyn Fn(&TaskMeta<'_>) + Send + Sync>>;

fn call(callback: &Callback, meta: &TaskMeta<'_>) {
    if let Some(callback) = callback {
        callback(meta);
    }
}

fn on_spawn(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    if carried::take() {
        return call(callback, meta);
    }
    let mut task = TaskContext::at(TASK, meta.spawned_at());
    if callback.is_some() {
        let scope = task.enter_silently();
        call_then(|| call(callback, meta), || task.leave(scope));
    }
    table.insert(Number::of(meta.id()), task);
}

fn on_terminate(table: &'static Table, meta: &TaskMeta<'_>, callback: &Callback) {
    let number = Number::of(meta.id());
    if polls::note_end(number) {
        return call(callback, meta); // within the last poll
    }
    let Some(mut claim) = table.claim_ending(number) else {
        return call(callback, meta);
    };
    if callback.is_none() {
        return drop(claim.end_from_polls(table, number));
    }
    let mut task = claim.task().visit();
    let visit = claim.visit(table, number);
    drop(claim.end_from_polls(table, number)); // not here: `visit` is there
    let scope = task.enter_silently();
    call_then(|| call(callback, meta), || task.leave(scope));
    drop(visit);
}
