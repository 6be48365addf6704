//! What happens when a callback of a hook panics.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// What happens when a callback of a hook panics.
///
/// Whatever is chosen, the error sink receives the panic first. Under `panic = "abort"` nothing can be contained.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum PanicPolicy {
    /// The hook is disabled at once, on all threads; everything else continues. The default.
    #[default]
    Contain = 0,
    /// The process ends with exit code 1, as Node does.
    Exit = 1,
    /// The process aborts.
    Abort = 2,
}

static POLICY: AtomicU8 = AtomicU8::new(PanicPolicy::Contain as u8);

/// Sets what happens when a callback of a hook panics, for the whole process.
pub fn set_panic_policy(policy: PanicPolicy) {
    POLICY.store(policy as u8, Relaxed);
}

pub(crate) fn panic_policy() -> PanicPolicy {
    match POLICY.load(Relaxed) {
        1 => PanicPolicy::Exit,
        2 => PanicPolicy::Abort,
        _ => PanicPolicy::Contain,
    }
}
