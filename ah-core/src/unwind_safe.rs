//! What may be used after a panic: everything, where what it wraps may.
//!
//! A panic leaves nothing of ours half done, since every exit path restores; what is shared are atomics, locks and values
//! that nobody alters. The compiler cannot see that behind pointers and cells, so it is said here.

use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::{
    async_hook::AsyncHook,
    env::{Env, EnvScope},
    frame::{Frame, Framed, GuardEntry},
    future::traced::Traced,
    promise_hooks::Stop,
    resource::async_resource::{AsyncResource, Bound, ResourceScope},
    subject::{extensions::Extensions, handle::ResourceHandle},
    task::{context::TaskContext, spawned::Task},
};

macro_rules! unwind_safe {
    ($($ty:ident)*; $($wrapper:ident)*) => {
        $(
            impl UnwindSafe for $ty {}
            impl RefUnwindSafe for $ty {}
        )*
        $(
            impl<F: UnwindSafe> UnwindSafe for $wrapper<F> {}
            impl<F: RefUnwindSafe> RefUnwindSafe for $wrapper<F> {}
        )*
    };
}

unwind_safe! {
    AsyncHook AsyncResource Bound Env Extensions Frame GuardEntry ResourceHandle Stop TaskContext;
    EnvScope Framed ResourceScope Task Traced
}
