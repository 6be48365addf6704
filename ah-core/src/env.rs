//! Environments, as users have them.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use crate::frame::AnyFramed as _;
use crate::{
    engine::boundary,
    environment::world::Handle,
    frame::Framed,
    identity::Identity,
    run_output::{AValueNotAFuture, RunOutput},
};

/// A world of its own: its ids start at 2, and its hooks receive nothing from outside.
///
/// It is what a worker is to Node, without a thread. Whatever is started inside belongs to it, on whichever thread it
/// runs. When the last handle and the last future of [`scope`](Self::scope) are dropped, its hooks are disabled, and
/// what is left of it lives on in silence.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let env = async_hooks::Env::new();
/// let first = env.run(|| async_hooks::AsyncResource::new("DBQuery").async_id());
/// assert_eq!(first, 2);
/// ```
#[derive(Clone)]
pub struct Env(Handle);

impl Env {
    /// Creates an environment.
    #[must_use]
    pub fn new() -> Self {
        Self(Handle::create())
    }

    /// Runs `f` in the environment: in its root, with no stores and no default trigger. A task boundary.
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
        AFutureWouldLeaveItsContextUseScope: AValueNotAFuture, // a future: `env.scope(future)`; a handle: `run::<_, async_hooks::Value>(…)`
    {
        self.0
            .frame()
            .run(|| boundary::within_here(Identity::ROOT, f))
    }

    /// Wraps a future, stream or sink so that each of its polls runs in the environment, as [`run`](Self::run) would.
    pub fn scope<F>(&self, future: F) -> EnvScope<F> {
        EnvScope {
            framed: Framed::within(self.0.frame().clone(), future),
            env: self.clone(),
        }
    }
}

impl Default for Env {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env").finish_non_exhaustive()
    }
}

pin_project_lite::pin_project! {
    /// Runs a future in an environment: see [`Env::scope`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct EnvScope<F> {
        #[pin]
        framed: Framed<F>,
        env: Env,
    }

    impl<F> PinnedDrop for EnvScope<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if !this.framed.is_finished() {
                boundary::within_here(Identity::ROOT, || this.framed.clear());
            }
        }
    }
}

impl<F> EnvScope<F> {
    /// Returns the inner value.
    pub fn get_ref(&self) -> &F {
        self.framed.get_ref()
    }

    /// Returns the inner value.
    pub fn get_mut(&mut self) -> &mut F {
        self.framed.get_mut()
    }

    /// Returns the inner value, without the environment.
    pub fn into_inner(mut self) -> F {
        self.framed.take().0
    }

    /// Polls in the environment; `is_ready` says whether that was the end.
    pub(crate) fn poll_with<R>(
        self: Pin<&mut Self>,
        poll: impl FnOnce(Pin<&mut F>) -> R,
        is_ready: impl FnOnce(&R) -> bool,
    ) -> R {
        let mut this = self.project();
        if this.framed.is_finished() {
            return this.framed.run(poll);
        }
        let polled = this
            .framed
            .as_mut()
            .run(|inner| boundary::within_here(Identity::ROOT, || poll(inner)));
        if is_ready(&polled) {
            this.framed.finish();
        }
        polled
    }
}

impl<F: Future> Future for EnvScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_with(|inner| inner.poll(cx), Poll::is_ready)
    }
}

impl<F> fmt::Debug for EnvScope<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvScope").finish_non_exhaustive()
    }
}
