//! Which bridges there are.

use std::{
    any::TypeId,
    fmt,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{
            AtomicUsize,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
};

use super::{
    contract::Bridge,
    erased::{AnyBridge, AnySaved, Registered},
};

/// How many bridges can be registered.
pub const MAX_BRIDGES: usize = 4;

static BRIDGES: [OnceLock<Box<dyn AnyBridge>>; MAX_BRIDGES] =
    [const { OnceLock::new() }; MAX_BRIDGES];
/// How many of them there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);
static REGISTERING: Mutex<()> = Mutex::new(());

/// Registers a bridge, for the rest of the process.
///
/// From then on, captures on every thread note what is current of it, and work that carries such a capture runs with
/// that. Bridges are installed in the order of their registration: what others look at while they are installed comes
/// first. So OpenTelemetry's context is registered before tracing's spans.
///
/// # Errors
///
/// If [`MAX_BRIDGES`] are registered, or a bridge of this type is.
///
/// # Examples
///
/// See the [module](crate::bridge).
pub fn register<B: Bridge>(bridge: B) -> Result<(), RegisterError> {
    let _registering = REGISTERING.lock().unwrap_or_else(PoisonError::into_inner);
    if bridges().any(|(_, other)| other.bridge_type() == TypeId::of::<B>()) {
        return Err(RegisterError(Refusal::Again));
    }
    let count = COUNT.load(Relaxed); // written under the lock
    let place = BRIDGES.get(count).ok_or(RegisterError(Refusal::Full))?;
    let bridge = Box::leak(Box::new(bridge)); // for good
    let _is_free = place.set(Box::new(Registered(bridge)));
    COUNT.store(count + 1, Release);
    Ok(())
}

/// A bridge that was not registered: see [`register`].
#[derive(Debug)]
pub struct RegisterError(Refusal);

#[derive(Debug)]
enum Refusal {
    Full,
    Again,
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Refusal::Full => write!(
                f,
                "{MAX_BRIDGES} bridges are registered, and there is no room for another: one type may bridge several contexts"
            ),
            Refusal::Again => f.write_str("a bridge of this type is registered already"),
        }
    }
}

impl std::error::Error for RegisterError {}

/// Returns `true` if there is a bridge. Relaxed: another thread may see a new one somewhat later.
#[inline]
pub(crate) fn is_any() -> bool {
    COUNT.load(Relaxed) != 0
}

/// A stack for what this bridge saves, if it is registered.
pub(super) fn stack(at: usize) -> Option<Box<dyn AnySaved>> {
    Some(BRIDGES[at].get()?.stack())
}

/// The bridges, each with its place.
pub(super) fn bridges() -> impl Iterator<Item = (usize, &'static dyn AnyBridge)> {
    let registered = BRIDGES[..COUNT.load(Acquire)].iter(); // Acquire: pairs with the Release of `register`
    let bridge =
        |(at, place): (usize, &'static OnceLock<Box<dyn AnyBridge>>)| Some((at, &**place.get()?));
    registered.enumerate().filter_map(bridge)
}
