//! What a function returns whose signature names a type that may be an alias of a boxed future or stream.
//!
//! The type decides: the methods of [`Alias`] for such types come before those of the trait [`NotPolled`].

use std::{future::Future, marker::PhantomData, pin::Pin};

use futures_core::Stream;

use super::{Call, FnScope, recording};
use crate::{AsyncId, Fields, Returned};

/// Stands for the type that a function returns.
#[derive(Debug)]
pub struct Alias<T>(PhantomData<fn() -> T>);

impl<T> Alias<T> {
    /// Nothing is known of the type as yet.
    #[expect(clippy::new_without_default, reason = "for generated code")]
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

macro_rules! polled {
    ($($object:ty;)*) => {
        $(impl<'a, T> Alias<Pin<Box<$object>>> {
            /// Before the body.
            #[doc(hidden)]
            pub fn __ah_begin(
                &self,
                name: &'static str,
                trigger: impl FnOnce() -> Option<AsyncId>,
                fields: impl FnOnce() -> Option<Fields>,
            ) -> Call {
                Call::new(name, trigger(), fields)
            }
        })*
    };
}

polled! {
    dyn Future<Output = T> + 'a;
    dyn Future<Output = T> + Send + 'a;
    dyn Future<Output = T> + Send + Sync + 'a;
    dyn Stream<Item = T> + 'a;
    dyn Stream<Item = T> + Send + 'a;
    dyn Stream<Item = T> + Send + Sync + 'a;
}

macro_rules! futures {
    ($($object:ty;)*) => {
        $(impl<'a, T> Alias<Pin<Box<$object>>> {
            /// After the body: the future is tracked.
            #[doc(hidden)]
            #[track_caller]
            pub fn __ah_end<R>(&self, call: Call, value: Pin<Box<$object>>, record: R) -> Pin<Box<$object>>
            where
                T: 'a,
                R: Fn(&T) -> Option<Returned> + Send + Sync + 'static,
            {
                Box::pin(recording(call.traced(value), record))
            }
        })*
    };
}

futures! {
    dyn Future<Output = T> + 'a;
    dyn Future<Output = T> + Send + 'a;
    dyn Future<Output = T> + Send + Sync + 'a;
}

macro_rules! streams {
    ($($object:ty;)*) => {
        $(impl<'a, T> Alias<Pin<Box<$object>>> {
            /// After the body: the stream is tracked. It has no result to record.
            #[doc(hidden)]
            #[track_caller]
            pub fn __ah_end<R>(&self, call: Call, value: Pin<Box<$object>>, _: R) -> Pin<Box<$object>>
            where
                T: 'a,
                R: Fn(&T) -> Option<Returned>,
            {
                Box::pin(call.traced(value))
            }
        })*
    };
}

streams! {
    dyn Stream<Item = T> + 'a;
    dyn Stream<Item = T> + Send + 'a;
    dyn Stream<Item = T> + Send + Sync + 'a;
}

/// Any other type: the function is a synchronous one.
pub trait NotPolled<T> {
    /// Before the body.
    #[doc(hidden)]
    #[track_caller]
    fn __ah_begin(
        &self,
        name: &'static str,
        trigger: impl FnOnce() -> Option<AsyncId>,
        fields: impl FnOnce() -> Option<Fields>,
    ) -> FnScope {
        FnScope::enter(name, trigger, fields)
    }

    /// After the body: leaves the scope.
    #[doc(hidden)]
    fn __ah_end(&self, scope: FnScope, value: T, record: impl FnOnce(&T) -> Option<Returned>) -> T {
        scope.record(value, record)
    }
}

impl<T> NotPolled<T> for Alias<T> {}
