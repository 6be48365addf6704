//! A panic at a chosen one of the places where the engine calls code of the user's.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

static ARMED: AtomicBool = AtomicBool::new(false);
static TARGET: AtomicUsize = AtomicUsize::new(usize::MAX);
static PAYLOAD_PANICS: AtomicBool = AtomicBool::new(false);
/// The places that were passed since the fuse was armed.
static PLACES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// What injected panics carry.
struct Injected {
    drop_panics: bool,
}

impl Drop for Injected {
    fn drop(&mut self) {
        if self.drop_panics {
            resume_unwind(Box::new(()));
        }
    }
}

/// Called by all code of the user's: panics if this is the place.
pub(crate) fn place(name: &'static str) {
    if !ARMED.load(SeqCst) {
        return;
    }
    let number = {
        let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
        places.push(name);
        places.len() - 1
    };
    if number == TARGET.load(SeqCst) {
        let drop_panics = PAYLOAD_PANICS.load(SeqCst);
        resume_unwind(Box::new(Injected { drop_panics })); // quietly
    }
}

/// Runs `f` with a panic at the place of this number, and returns the places that were passed.
pub(crate) fn with_panic_at(
    target: usize,
    payload_panics: bool,
    f: impl FnOnce(),
) -> Vec<&'static str> {
    PLACES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
    TARGET.store(target, SeqCst);
    PAYLOAD_PANICS.store(payload_panics, SeqCst);
    ARMED.store(true, SeqCst);
    let result = catch_unwind(AssertUnwindSafe(f));
    ARMED.store(false, SeqCst);
    caught(result);
    std::mem::take(&mut *PLACES.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Takes note of a panic: one that was injected is all right, any other continues.
pub(crate) fn caught<R>(result: Result<R, Box<dyn Any + Send>>) -> Option<R> {
    match result {
        Ok(value) => Some(value),
        Err(payload) if payload.is::<Injected>() => {
            std::mem::forget(payload); // dropping it may panic, and is our affair here
            None
        }
        Err(payload) => resume_unwind(payload),
    }
}

/// How many [`Counted`] values there are.
static ALIVE: LazyLock<Arc<()>> = LazyLock::new(Arc::default);

pub(crate) fn alive() -> usize {
    Arc::strong_count(&ALIVE) - 1
}

/// A value of the user's that is counted, and whose `Clone` and `Drop` are places.
pub(crate) struct Counted(
    &'static str,
    #[expect(dead_code, reason = "counted")] Arc<()>,
);

impl Counted {
    pub(crate) fn new(drop: &'static str) -> Self {
        Self(drop, ALIVE.clone())
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        place("clone of a store");
        Self::new(self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        place(self.0);
    }
}
