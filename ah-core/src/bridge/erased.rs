//! Bridges, their values and what they saved, whatever the types.

use std::{
    any::{Any, TypeId, type_name},
    cell::RefCell,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::contract::Bridge;
use crate::report::{
    delivery::{forget_panic, report_with},
    errors::{BridgePanic, EngineError},
};

/// The value of a bridge.
pub(super) type Value = Box<dyn Any + Send + Sync>;
/// The same, borrowed.
pub(super) type ValueRef<'a> = Option<&'a (dyn Any + Send + Sync)>;

/// A bridge of whatever type. Nothing of it unwinds.
pub(crate) trait AnyBridge: Send + Sync {
    fn bridge_type(&self) -> TypeId;
    fn capture(&self) -> Option<Value>;
    fn is_current(&self, value: ValueRef<'_>) -> bool;
    /// A stack for what this bridge saves on one thread.
    fn stack(&self) -> Box<dyn AnySaved>;
}

/// What a bridge saved on one thread, the newest last. Nothing of it unwinds.
pub(super) trait AnySaved {
    /// Installs a value, and saves what was current. Returns `false` if the bridge panicked: nothing was saved.
    fn install(&self, value: ValueRef<'_>) -> bool;
    /// Restores what was saved last.
    fn restore(&self, value: ValueRef<'_>);
}

/// A registered bridge.
pub(super) struct Registered<B: Bridge>(pub(super) &'static B);

impl<B: Bridge> AnyBridge for Registered<B> {
    fn bridge_type(&self) -> TypeId {
        TypeId::of::<B>()
    }

    fn capture(&self) -> Option<Value> {
        let captured = contained::<B, _>("capture", || self.0.capture()).flatten();
        captured.map(|value| Box::new(value) as Value)
    }

    /// A bridge that panics is not asked to capture.
    fn is_current(&self, value: ValueRef<'_>) -> bool {
        contained::<B, _>("is_current", || self.0.is_current(typed::<B>(value))).unwrap_or(true)
    }

    fn stack(&self) -> Box<dyn AnySaved> {
        Box::new(SavedOf {
            bridge: self.0,
            saved: RefCell::default(),
        })
    }
}

struct SavedOf<B: Bridge> {
    bridge: &'static B,
    /// Not borrowed while the bridge is called, which may do anything.
    saved: RefCell<Vec<B::Saved>>,
}

impl<B: Bridge> AnySaved for SavedOf<B> {
    fn install(&self, value: ValueRef<'_>) -> bool {
        let install = || self.bridge.install(typed::<B>(value));
        match contained::<B, _>("install", install) {
            Some(saved) => {
                self.saved.borrow_mut().push(saved);
                true
            }
            None => false,
        }
    }

    fn restore(&self, value: ValueRef<'_>) {
        let saved = self.saved.borrow_mut().pop();
        if let Some(saved) = saved {
            contained::<B, _>("restore", || self.bridge.restore(typed::<B>(value), saved));
        }
    }
}

impl<B: Bridge> Drop for SavedOf<B> {
    /// At the end of a thread, where a scope was not left: what its values would need to be dropped may have ended.
    fn drop(&mut self) {
        self.saved.take().into_iter().for_each(mem::forget);
    }
}

/// What was captured by this bridge is of its type.
#[inline]
fn typed<B: Bridge>(value: ValueRef<'_>) -> Option<&B::Value> {
    value.and_then(<dyn Any + Send + Sync>::downcast_ref)
}

/// Calls a bridge, which is not to unwind through a poll or a callback of a runtime.
#[inline]
fn contained<B: Bridge, R>(callback: &'static str, f: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(result) => Some(result),
        Err(payload) => {
            report_panic(type_name::<B>(), callback, payload);
            None
        }
    }
}

#[cold]
fn report_panic(bridge: &'static str, callback: &'static str, payload: Box<dyn Any + Send>) {
    report_with(Box::new(move |sink| {
        sink(&EngineError::BridgePanicked(BridgePanic {
            bridge,
            callback,
            payload: &*payload,
        }));
        forget_panic(payload);
    }));
}
