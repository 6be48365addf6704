//! What the engine reports when something went wrong that it must not pass on to the caller.

use std::{any::Any, error::Error, fmt};

use crate::{error::UnbalancedScope, event::phase::Phase, id::AsyncId};

/// An error of the engine that no caller could receive.
///
/// The engine continued, and its state is in order; see [`set_error_sink`](crate::set_error_sink) for where these go.
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
    /// `enter_with` was called after this thread's storage was dropped; the value was dropped.
    ThreadIsEnding,
}

impl fmt::Display for EngineError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HookPanicked(panic) => panic.fmt(f),
            Self::DropPanicked(panic) => panic.fmt(f),
            Self::BridgePanicked(panic) => panic.fmt(f),
            Self::GuardOutOfOrder => {
                f.write_str("a storage guard was dropped before the guards created after it")
            }
            Self::GuardElsewhere => f.write_str(
                "a scope of a storage ended where its entry is not in the current frame",
            ),
            Self::ScopeOutOfOrder(scope) | Self::ScopeNotLeft(scope) => scope.fmt(f),
            Self::ThreadIsEnding => {
                f.write_str("`enter_with` came after this thread's storage was dropped")
            }
        }
    }
}

/// The text is that of the error inside, so that error is not a `source()`, too.
impl Error for EngineError<'_> {}

/// The panic of a hook's callback, as the error sink receives it.
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

/// The panic of a value's `Drop`, as the error sink receives it.
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
