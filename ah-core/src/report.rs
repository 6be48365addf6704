//! What the engine reports when something went wrong that it must not pass on to the caller.
//!
//! Reports are delivered in the order in which they arise, one at a time on each thread:
//!
//! 1. A report joins the queue of its thread.
//! 2. In an emission it waits there until the last callback of the outermost one has returned. Otherwise it is delivered
//!    at once.
//! 3. A report that arises while another one is delivered, in the sink itself for example, is delivered next. A sink that
//!    causes reports without end is not called for those: they are written to standard error.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::VecDeque,
    error::Error,
    fmt,
    io::Write as _,
    mem::ManuallyDrop,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{error::UnbalancedScope, id::AsyncId, phase::Phase, sync::thread_local};

/// Something that went wrong where no caller could be told.
///
/// The engine went on, and its state is in order; see [`set_error_sink`](crate::set_error_sink) for where these go.
#[derive(Debug)]
#[non_exhaustive]
pub enum EngineError<'a> {
    /// A callback of a hook panicked; the hook is disabled.
    HookPanicked(HookPanic<'a>),
    /// A value panicked while the engine dropped it: what a hook captured, a store that a callback entered or that was current
    /// at the end of its thread, the data of an `init` event, an extension of a resource that is destroyed or whose environment
    /// ends, or a former error sink.
    DropPanicked(DropPanic<'a>),
    /// A callback of a [bridge](crate::bridge) panicked; the context that it carries may be missing from the work.
    BridgePanicked(BridgePanic<'a>),
    /// A guard was dropped before a guard or scope of the same storage that was entered after it; its store has ended.
    GuardOutOfOrder,
    /// A `run` or `exit` of a storage ended where its entry is not in the current frame; nothing changed.
    GuardElsewhere,
    /// A [`CallbackScope`](crate::embedder::CallbackScope) was dropped while another scope was open above it, and ends with
    /// that one; or it was dropped where it had been left already.
    ScopeOutOfOrder(UnbalancedScope),
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
            Self::BridgePanicked(panic) => panic.fmt(f),
            Self::GuardOutOfOrder => {
                f.write_str("a storage guard was dropped before the guards made after it")
            }
            Self::GuardElsewhere => f.write_str(
                "a scope of a storage ended where its entry is not in the current frame",
            ),
            Self::ScopeOutOfOrder(scope) | Self::ScopeNotLeft(scope) => scope.fmt(f),
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
    pub(crate) payload: &'a (dyn Any + Send),
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

/// The panic of a bridge's callback, as the error sink receives it.
#[derive(Debug)]
pub struct BridgePanic<'a> {
    pub(crate) bridge: &'static str,
    pub(crate) callback: &'static str,
    pub(crate) payload: &'a (dyn Any + Send),
}

impl BridgePanic<'_> {
    /// Returns the type of the bridge.
    #[must_use]
    pub fn bridge(&self) -> &str {
        self.bridge
    }

    /// Returns the name of the callback: `capture`, `is_current`, `install` or `restore`.
    #[must_use]
    pub fn callback(&self) -> &str {
        self.callback
    }

    /// Returns what the panic carried.
    #[must_use]
    pub fn payload(&self) -> &(dyn Any + Send) {
        self.payload
    }
}

impl fmt::Display for BridgePanic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            bridge,
            callback,
            payload,
        } = self;
        let message = message(*payload);
        write!(
            f,
            "bridge `{bridge}` panicked in its `{callback}`: {message}"
        )
    }
}

impl Error for BridgePanic<'_> {}

fn message(payload: &(dyn Any + Send)) -> &str {
    match payload.downcast_ref::<&'static str>() {
        Some(text) => text,
        None => payload
            .downcast_ref::<String>()
            .map_or("(no message)", String::as_str),
    }
}

/// Receives reports. It does not unwind, neither when it is called nor when it is dropped: see `contained.rs`.
pub(crate) type Sink = Arc<dyn Fn(&EngineError<'_>) + Send + Sync>;

/// A report with all that it owns, to be called with the sink.
pub(crate) type Report = Box<dyn FnOnce(&dyn Fn(&EngineError<'_>))>;

/// How many emissions a thread is in, and whether anything is in its queue: one number, since each emission looks at both.
#[derive(Clone, Copy, PartialEq)]
struct Emissions(u32);

impl Emissions {
    const WAITING: u32 = 1 << 31;

    const fn is_none(self) -> bool {
        self.0 & !Self::WAITING == 0
    }

    const fn waiting(self, waiting: bool) -> Self {
        let emissions = self.0 & !Self::WAITING;
        Self(if waiting {
            emissions | Self::WAITING
        } else {
            emissions
        })
    }
}

/// So many reports that arise while others are delivered go to the sink, too.
const MOST_CAUSED: usize = 64;

static SINK: RwLock<Option<Sink>> = RwLock::new(None);

// None with a `Drop`: something may be reported while the thread ends, too.
thread_local! {
    static EMISSIONS: Cell<Emissions> = const { Cell::new(Emissions(0)) };
    static DELIVERING: Cell<bool> = const { Cell::new(false) };
    static QUEUE: ManuallyDrop<RefCell<VecDeque<Report>>> = const {
        ManuallyDrop::new(RefCell::new(VecDeque::new()))
    };
}

pub(crate) fn set_sink(sink: Sink) {
    let old = SINK
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(sink);
    drop(old); // outside of the lock: it is the user's
}

/// Reports an error that owns nothing.
#[cold]
pub(crate) fn report(error: &'static EngineError<'static>) {
    report_with(Box::new(move |sink| sink(error)));
}

#[cold]
pub(crate) fn report_with(report: Report) {
    QUEUE.with(|queue| queue.borrow_mut().push_back(report));
    EMISSIONS.set(EMISSIONS.get().waiting(true));
    if EMISSIONS.get().is_none() {
        deliver();
    }
}

/// Whether this thread is in an emission.
#[inline]
pub(crate) fn in_emission() -> bool {
    !EMISSIONS.get().is_none()
}

/// Begins an emission.
#[inline]
pub(crate) fn begin_emission() {
    EMISSIONS.set(Emissions(EMISSIONS.get().0 + 1));
}

/// Ends an emission.
#[inline]
pub(crate) fn end_emission() {
    EMISSIONS.set(Emissions(EMISSIONS.get().0 - 1));
}

/// Whether this thread is in one emission, and reports wait for its end.
#[inline]
pub(crate) fn are_due() -> bool {
    EMISSIONS.get() == Emissions(1 | Emissions::WAITING)
}

/// Delivers the reports that wait on this thread, unless that is in progress further down the stack.
#[cold]
#[inline(never)]
pub(crate) fn deliver() {
    if DELIVERING.replace(true) {
        return;
    }
    let mut most = QUEUE.with(|queue| queue.borrow().len()) + MOST_CAUSED;
    while let Some(report) = QUEUE.with(|queue| queue.borrow_mut().pop_front()) {
        let sink = if most == 0 { None } else { sink() };
        most = most.saturating_sub(1);
        report(&|error| match &sink {
            Some(sink) => sink(error),
            // not `eprintln!`, which panics when standard error is closed
            None => drop(writeln!(std::io::stderr(), "async_hooks: {error}")),
        });
    }
    QUEUE.with(|queue| drop(queue.take()));
    EMISSIONS.set(EMISSIONS.get().waiting(false));
    DELIVERING.set(false);
}

fn sink() -> Option<Sink> {
    SINK.read().unwrap_or_else(PoisonError::into_inner).clone()
}
