//! What generated code calls: no part of the public interface.

pub use core;
pub use std;

pub use ah_macros::{
    async_resource_field, async_resource_impl, async_resource_method, async_resource_struct,
};

pub use ah_core::{Env, Value, block_on};
pub use ah_core::{
    Field, MakeResource, ResourceField, ResourceOf, make_resource, scope_of,
    traced_fn::{
        Alias, ByDebug, ByDisplay, Call, FnScope, FromResidual, NotPolled, Recording, Try, call,
        called, debug, display, name, of, recording, returned, scoped, traced,
    },
};

/// Stands for a value in code that never runs, from which a type is inferred.
pub fn never_called<T>() -> T {
    unreachable!("guides inference, and never runs")
}

/// `!` where only a type that is `Sized` on stable may stand.
pub type Never = <fn() -> ! as Returns>::Output;

/// What a function returns.
pub trait Returns {
    /// The type.
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}
