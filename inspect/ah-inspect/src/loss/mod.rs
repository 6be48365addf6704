//! Contexts that were lost: a storage is read and unset, though what caused the reader had it set.
//!
//! A read that finds nothing is no loss by itself: most programs have work that belongs to no request. It is one if a cause of
//! the reader had a store. Who is a cause is known exactly, by ids: the creator of a resource, and who woke it last. Two wakes
//! are no causes, since a context goes down with the work and does not come up again: one in a scope that the reader had entered
//! itself, and has left, and one by what works for the reader. A storage
//! that is required is lost wherever it is read unset. If its reader is untracked, then who is to blame is a guess, and is
//! called one.

pub(crate) mod evidence;
mod find;
mod report;

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ah_core::frame;

use crate::{clock, names::Place, state::State};

pub use report::{Link, Loss, Who};
pub(crate) use report::{json, text};

/// So many different losses are kept.
const MOST: usize = 256;
/// An untracked reader that wakes somebody within this time may have worked for them.
const AN_ANSWER: u64 = 1_000_000;

/// By storage and by the place that reads it: once each.
type Found = BTreeMap<(u32, Place), Loss>;

static FOUND: Mutex<Found> = Mutex::new(BTreeMap::new());

fn found() -> MutexGuard<'static, Found> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// The last read of a required storage by something untracked: the storage, the place, and when.
    static UNEXPLAINED: Cell<Option<(u32, Place, u64)>> = const { Cell::new(None) };
}

/// Returns all losses found since the recording began, each pair of storage and place once.
///
/// # Examples
///
/// ```
/// for loss in ah_inspect::lost() {
///     println!("{loss}\n  fix: {}", loss.fix());
/// }
/// ```
#[must_use]
pub fn lost() -> Vec<Loss> {
    found().values().cloned().collect()
}

/// Asserts that no context was lost since the recording began: for the end of a test.
///
/// # Panics
///
/// If one was lost, or nothing records: with each loss, its two places and its fix.
///
/// # Examples
///
/// ```
/// use ah_inspect::{Recorder, Settings};
/// use async_hooks::AsyncLocalStorage;
///
/// static TENANT: AsyncLocalStorage<u32> = AsyncLocalStorage::builder().name("tenant").required().build();
///
/// let _recorder = Recorder::start(&Settings::default())?;
/// TENANT.run(7, || assert_eq!(TENANT.get(), Some(7)));
/// ah_inspect::assert_none_lost();
/// # Ok::<(), ah_inspect::StartError>(())
/// ```
#[track_caller]
pub fn assert_none_lost() {
    assert!(
        crate::recorder::is_running(),
        "nothing is recorded: call `Recorder::start` at the begin of the test"
    );
    let lost = lost();
    assert!(lost.is_empty(), "{} lost:\n{}", lost.len(), text(&lost));
}

pub(crate) fn forget() {
    found().clear();
}

/// Whether what wakes works for what it wakes, which has caused it: a context goes down with the work, and does not come up with
/// the answer. So it may be of what found no place in the table, too.
pub(crate) fn is_answer(state: &State, woken: u64, by: u64, context: u32) -> bool {
    if context == 0 || by <= 1 {
        return false;
    }
    let mut causes = find::causes(state, by).peekable();
    causes.peek().is_none() || causes.any(|cause| cause.id == woken || cause.trigger == woken)
}

/// Notes a read that found nothing. Returns whether it is a loss.
pub(crate) fn unset(state: &State, reader: u64, storage: u32, place: Place, now: u64) -> bool {
    {
        let mut found = found();
        if let Some(known) = found.get_mut(&(storage, place)) {
            known.repeat();
            return true;
        }
        if found.len() >= MOST {
            return false;
        }
    }
    let Some(info) = frame::storage(storage) else {
        return false;
    };
    if info.is_required && reader <= 1 {
        UNEXPLAINED.set(Some((storage, place, now)));
    }
    let Some(loss) = find::find(state, reader, (storage, info), place, now) else {
        return false;
    };
    found().entry((storage, place)).or_insert(loss);
    true
}

/// Explains a read by something untracked that then woke somebody who has the store.
pub(crate) fn answered(state: &State, woken: u64, by: u64, now: u64) {
    if by > 1 {
        return;
    }
    let Some((storage, place, at)) = UNEXPLAINED.take() else {
        return;
    };
    if clock::span(now.saturating_sub(at)) > AN_ANSWER || !evidence::is_quiet_since(at) {
        return;
    }
    let Some(holder) = find::holder(state, woken, storage) else {
        return;
    };
    if let Some(loss) = found().get_mut(&(storage, place)) {
        loss.explain(Link::Answered, holder);
    }
}
