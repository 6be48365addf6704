//! Bridges, their values and what they saved, whatever the types.

use std::{
    any::{Any, TypeId, type_name},
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
    /// A place for what this bridge saves.
    fn place(&self) -> Box<dyn AnySaved>;
}

/// What a bridge saved. Nothing of it unwinds.
pub(super) trait AnySaved {
    /// Installs a value, and saves what was current.
    fn install(&mut self, value: ValueRef<'_>);
    /// Restores what was saved, if anything was.
    fn restore(&mut self, value: ValueRef<'_>);
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

    fn place(&self) -> Box<dyn AnySaved> {
        Box::new(SavedOf {
            bridge: self.0,
            saved: None,
        })
    }
}

struct SavedOf<B: Bridge> {
    bridge: &'static B,
    saved: Option<B::Saved>,
}

impl<B: Bridge> AnySaved for SavedOf<B> {
    fn install(&mut self, value: ValueRef<'_>) {
        self.saved = contained::<B, _>("install", || self.bridge.install(typed::<B>(value)));
    }

    fn restore(&mut self, value: ValueRef<'_>) {
        if let Some(saved) = self.saved.take() {
            contained::<B, _>("restore", || self.bridge.restore(typed::<B>(value), saved));
        }
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
