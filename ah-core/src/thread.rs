//! Threads that carry the context of whoever spawns them: `std::thread`, with the same names.
//!
//! The body of a thread runs in a resource of type [`THREAD`], as a task boundary.

use std::{
    io,
    thread::{self, JoinHandle, ScopedJoinHandle},
};

use crate::{engine::boundary, identity::Identity, resource::async_resource::AsyncResource};

pub use crate::providers::THREAD;

/// Returns the body of the thread.
#[track_caller]
fn carry<R>(f: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let resource = AsyncResource::new(THREAD);
    move || {
        boundary::within(Identity::ROOT, || {
            let result = resource.bound().run(f);
            drop(resource);
            result
        })
    }
}

/// Spawns a thread that runs with the stores that are current here.
///
/// # Panics
///
/// As [`std::thread::spawn`].
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let id = async_hooks::thread::spawn(async_hooks::execution_async_id).join().unwrap();
/// assert_ne!(id, async_hooks::AsyncId::ROOT);
/// ```
#[track_caller]
pub fn spawn<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    thread::spawn(carry(f))
}

/// Spawns threads with a name or a stack size, as [`std::thread::Builder`].
#[derive(Debug)]
#[must_use = "call `spawn`"]
pub struct Builder(thread::Builder);

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// Returns a builder for a thread.
    pub fn new() -> Self {
        Self(thread::Builder::new())
    }

    /// Names the thread.
    pub fn name(self, name: String) -> Self {
        Self(self.0.name(name))
    }

    /// Sets the size of its stack, in bytes.
    pub fn stack_size(self, size: usize) -> Self {
        Self(self.0.stack_size(size))
    }

    /// Spawns the thread.
    ///
    /// # Errors
    ///
    /// As [`std::thread::Builder::spawn`].
    #[track_caller]
    pub fn spawn<T: Send + 'static>(
        self,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        self.0.spawn(carry(f))
    }

    /// Spawns the thread in a scope.
    ///
    /// # Errors
    ///
    /// As [`std::thread::Builder::spawn_scoped`].
    #[track_caller]
    pub fn spawn_scoped<'scope, T: Send + 'scope>(
        self,
        scope: Scope<'scope, '_>,
        f: impl FnOnce() -> T + Send + 'scope,
    ) -> io::Result<ScopedJoinHandle<'scope, T>> {
        self.0.spawn_scoped(scope.0, carry(f))
    }
}

/// Runs `f` with a scope in which threads may borrow, as [`std::thread::scope`].
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let rows = vec![1, 2, 3];
/// let sum = async_hooks::thread::scope(|s| s.spawn(|| rows.iter().sum::<i32>()).join().unwrap());
/// assert_eq!(sum, 6);
/// ```
pub fn scope<'env, T>(f: impl for<'scope> FnOnce(Scope<'scope, 'env>) -> T) -> T {
    thread::scope(|scope| f(Scope(scope)))
}

/// A scope in which threads may borrow: see [`scope`].
#[derive(Clone, Copy, Debug)]
pub struct Scope<'scope, 'env>(&'scope thread::Scope<'scope, 'env>);

impl<'scope> Scope<'scope, '_> {
    /// Spawns a thread that runs with the stores that are current here.
    ///
    /// # Panics
    ///
    /// As [`std::thread::Scope::spawn`].
    #[track_caller]
    pub fn spawn<T: Send + 'scope>(
        self,
        f: impl FnOnce() -> T + Send + 'scope,
    ) -> ScopedJoinHandle<'scope, T> {
        self.0.spawn(carry(f))
    }
}
