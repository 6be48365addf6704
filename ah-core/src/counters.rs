//! What is counted for operators, from the moment that they ask: see `stats`.
//!
//! What is created before that is not marked, and so not counted at its end either. Nothing is looked at for that where
//! nobody listens: `stats::enable` counts as a listener.

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
};

static ON: AtomicBool = AtomicBool::new(false);

/// Returns `true` if anything is counted.
#[inline]
pub(crate) fn is_on() -> bool {
    ON.load(Relaxed)
}

/// Counts from now on. False if that was so already.
pub(crate) fn turn_on() -> bool {
    !ON.swap(true, Relaxed)
}

/// How many there are. Relaxed throughout: a number to be looked at, by which nothing is decided.
pub(crate) struct Gauge(AtomicUsize);

impl Gauge {
    const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    pub(crate) fn up(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    pub(crate) fn down(&self) {
        self.0.fetch_sub(1, Relaxed);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Relaxed)
    }
}

/// Values in frames, links to them included.
pub(crate) static FRAME_ENTRIES: Gauge = Gauge::new();
/// Storages that were used, and live. Counted always: the first use is slow anyway.
pub(crate) static STORAGES: Gauge = Gauge::new();
/// Enabled hooks. Counted always.
pub(crate) static HOOKS: Gauge = Gauge::new();
/// Panics of hooks that were contained. Counted always.
pub(crate) static HOOK_PANICS: Gauge = Gauge::new();
/// Destroys that wait, on all threads.
pub(crate) static QUEUED: Gauge = Gauge::new();

/// Counts a destroy for as long as it waits.
pub(crate) struct Queued(bool);

impl Queued {
    pub(crate) fn new() -> Self {
        let counted = is_on();
        if counted {
            QUEUED.up();
        }
        Self(counted)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        if self.0 {
            QUEUED.down();
        }
    }
}

/// The resources of one type.
pub(crate) struct OfType {
    pub(crate) made: Gauge,
    pub(crate) destroyed: Gauge,
}

/// Never freed: there are as many as there are types.
type Types = BTreeMap<&'static str, &'static OfType>;

fn with_types<R>(f: impl FnOnce(&mut Types) -> R) -> R {
    static TYPES: Mutex<Types> = Mutex::new(BTreeMap::new());
    f(&mut TYPES.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Calls `f` with each type.
pub(crate) fn for_each_type(mut f: impl FnMut(&'static str, &OfType)) {
    with_types(|types| types.iter().for_each(|(ty, of_type)| f(ty, of_type)));
}

/// The resources of this type.
pub(crate) fn of_type(ty: &'static str) -> &'static OfType {
    thread_local! {
        /// The last one that was asked for: most threads create one kind of thing at a time.
        static LAST: Cell<Option<(&'static str, &'static OfType)>> = const { Cell::new(None) };
    }
    match LAST.get() {
        Some((last, of_type)) if std::ptr::eq(last, ty) => of_type,
        _ => {
            let of_type = look_up(ty);
            LAST.set(Some((ty, of_type)));
            of_type
        }
    }
}

fn look_up(ty: &'static str) -> &'static OfType {
    with_types(|types| {
        *types.entry(ty).or_insert_with(|| {
            Box::leak(Box::new(OfType {
                made: Gauge::new(),
                destroyed: Gauge::new(),
            }))
        })
    })
}
