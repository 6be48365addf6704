//! What a function returns whose signature names a type that may be an alias of a boxed future or stream.
//!
//! The type decides: the methods of [`Alias`] for such types come before those of the trait [`NotPolled`].

use std::{future::Future, marker::PhantomData, pin::Pin};

use futures_core::Stream;

use super::{
    call::{Call, called},
    recording::recording,
    scope::FnScope,
};
use crate::{
    id::AsyncId,
    resource::{
        async_resource::Bound,
        fields::{Fields, Returned},
    },
};

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

/// The methods for a box of a trait object, whose content is polled as `$pinned`.
macro_rules! methods {
    ($carried:ty, $new:ident, $value:ident => $pinned:expr, $record:ident => $recording:expr) => {
        impl<'a, T: 'a> Alias<$carried> {
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

            /// After the body: what it returned is tracked.
            #[doc(hidden)]
            #[track_caller]
            pub fn __ah_end<R>(&self, $value: $carried, call: Call, $record: R) -> $carried
            where
                R: Fn(&T) -> Option<Returned> + Send + Sync + 'static,
            {
                let $value = called($pinned, call);
                Box::$new($recording)
            }

            /// After the body: what it returned runs in the scope.
            #[doc(hidden)]
            pub fn __ah_scoped(&self, $value: $carried, scope: &Bound) -> $carried {
                Box::$new(scope.scope($pinned))
            }
        }
    };
}

macro_rules! futures {
    ($($($auto:ident)*;)*) => {$(
        methods!(Pin<Box<dyn Future<Output = T> $(+ $auto)* + 'a>>, pin, value => value, record => recording(value, record));
        methods!(Box<dyn Future<Output = T> $(+ $auto)* + 'a>, new, value => Box::into_pin(value), record => recording(value, record));
    )*};
}

/// A stream has no result to record.
macro_rules! streams {
    ($($($auto:ident)*;)*) => {$(
        methods!(Pin<Box<dyn Stream<Item = T> $(+ $auto)* + 'a>>, pin, value => value, _record => value);
        methods!(Box<dyn Stream<Item = T> $(+ $auto)* + 'a>, new, value => Box::into_pin(value), _record => value);
    )*};
}

futures! { ; Send; Send Sync; Unpin; Send Unpin; Send Sync Unpin; }
streams! { ; Send; Send Sync; Unpin; Send Unpin; Send Sync Unpin; }

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
        FnScope::enter_with(name, trigger, fields)
    }

    /// After the body: leaves the scope.
    #[doc(hidden)]
    fn __ah_end(&self, value: T, scope: FnScope, record: impl FnOnce(&T) -> Option<Returned>) -> T {
        scope.record(value, record)
    }

    /// After the body: nothing is left to run.
    #[doc(hidden)]
    fn __ah_scoped(&self, value: T, _: &Bound) -> T {
        value
    }
}

impl<T> NotPolled<T> for Alias<T> {}
