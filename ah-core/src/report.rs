//! What the engine tells when something went wrong that it must not pass on to the caller.

use std::{
    any::Any,
    error::Error,
    fmt,
    io::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, RwLock},
};

use crate::{error::UnbalancedScope, id::AsyncId, phase::Phase};

/// Something that went wrong where no caller could be told.
///
/// The engine went on, and its state is in order; see [`set_error_sink`] for where these go.
#[derive(Debug)]
#[non_exhaustive]
pub enum EngineError<'a> {
    /// A callback of a hook panicked; the hook is disabled.
    HookPanicked(HookPanic<'a>),
    /// The values that a hook captured, a store that its callback entered, the data of an `init` event, or the extensions
    /// of a resource that is destroyed panicked while being dropped.
    DropPanicked(DropPanic<'a>),
    /// A guard was dropped while entries above its own were still in force; its own is out of force from now on.
    GuardOutOfOrder,
    /// A guard was dropped where its entry is not in force; nothing changed.
    GuardElsewhere,
    /// A scope ended while contexts that were entered in it manually were not left; they are left now. The ids are those
    /// of the innermost context and of the scope.
    ScopeNotLeft(UnbalancedScope),
    /// `enter_with` was called when this thread's storage is gone already; the value was dropped.
    ThreadIsEnding,
}

impl fmt::Display for EngineError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HookPanicked(panic) => panic.fmt(f),
            Self::DropPanicked(panic) => panic.fmt(f),
            Self::GuardOutOfOrder => {
                f.write_str("a storage guard was dropped before the guards made after it")
            }
            Self::GuardElsewhere => {
                f.write_str("a storage guard was dropped where its entry is not in force")
            }
            Self::ScopeNotLeft(scope) => scope.fmt(f),
            Self::ThreadIsEnding => {
                f.write_str("`enter_with` came after this thread's storage was gone")
            }
        }
    }
}

/// Its text is that of what it holds, which is no cause of it.
impl Error for EngineError<'_> {}

/// The panic of a hook's callback, as the error sink gets it.
#[derive(Debug)]
pub struct HookPanic<'a> {
    pub(crate) hook: &'a str,
    pub(crate) phase: Phase,
    pub(crate) id: AsyncId,
    pub(crate) payload: &'a (dyn Any + Send),
}

impl HookPanic<'_> {
    /// Returns the name of the hook: the type that implements [`AsyncHooks`](crate::AsyncHooks) unless it says otherwise.
    #[must_use]
    pub fn hook(&self) -> &str {
        self.hook
    }

    /// Returns the phase whose callback panicked.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Returns the id that the callback was called for.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.id
    }

    /// Returns what the panic carried.
    #[must_use]
    pub fn payload(&self) -> &(dyn Any + Send) {
        self.payload
    }
}

impl fmt::Display for HookPanic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hook,
            phase,
            id,
            payload,
        } = self;
        write!(
            f,
            "hook `{hook}` panicked in its {phase} callback for {id} and is disabled: {}",
            message(*payload)
        )
    }
}

impl Error for HookPanic<'_> {}

/// The panic of a value's `Drop`, as the error sink gets it.
#[derive(Debug)]
pub struct DropPanic<'a> {
    payload: &'a (dyn Any + Send),
}

impl DropPanic<'_> {
    /// Returns what the panic carried.
    #[must_use]
    pub fn payload(&self) -> &(dyn Any + Send) {
        self.payload
    }
}

impl fmt::Display for DropPanic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = message(self.payload);
        write!(f, "a value panicked while it was dropped: {message}")
    }
}

impl Error for DropPanic<'_> {}

fn message(payload: &(dyn Any + Send)) -> &str {
    match payload.downcast_ref::<&'static str>() {
        Some(text) => text,
        None => payload
            .downcast_ref::<String>()
            .map_or("(no message)", String::as_str),
    }
}

type Sink = Arc<dyn Fn(&EngineError<'_>) + Send + Sync>;

static SINK: RwLock<Option<Sink>> = RwLock::new(None);

/// Sets who hears of [`EngineError`]s, for the whole process.
///
/// Until then they are written to standard error. The sink is called on the thread where the error arose, under no lock
/// of ours; a panic in it is swallowed.
///
/// # Examples
///
/// ```
/// # use ah_core as ah;
/// ah::set_error_sink(|error| eprintln!("async hooks: {error}"));
/// ```
pub fn set_error_sink(sink: impl Fn(&EngineError<'_>) + Send + Sync + 'static) {
    let new: Sink = Arc::new(sink);
    let old = SINK
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(new);
    drop(old); // outside of the lock: it is the user's
}

/// Hands `error` to the sink.
#[cold]
pub(crate) fn report(error: &EngineError<'_>) {
    let sink = SINK.read().unwrap_or_else(PoisonError::into_inner).clone();
    contain_quietly(|| match &sink {
        Some(sink) => sink(error),
        // not `eprintln!`, which panics when standard error is closed
        None => drop(writeln!(std::io::stderr(), "ah: {error}")),
    });
    contain_quietly(|| drop(sink));
}

/// Runs `f` and swallows its panic, and that of the payload's own drop.
fn contain_quietly(f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        discard(payload);
    }
}

/// Drops a panic's payload, whose own drop may panic with another one; the last one is leaked.
pub(crate) fn discard(payload: Box<dyn Any + Send>) {
    if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(next);
    }
}

/// Drops a value of the user's where a panic must not reach the caller.
pub(crate) fn drop_contained<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        report(&EngineError::DropPanicked(DropPanic { payload: &*payload }));
        discard(payload);
    }
}
