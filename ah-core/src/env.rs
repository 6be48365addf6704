//! Environments, as users have them.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{Framed, RunOutput, environment::Handle, identity::Identity, life};

/// A world of its own: its ids start at 2, and its hooks hear nothing from outside.
///
/// It is what a worker is to Node, without a thread. Whatever is started inside belongs to it, on whichever thread it
/// runs. When the last handle and the last future of [`scope`](Self::scope) are gone, its hooks are disabled, and what is
/// left of it lives on in silence.
///
/// # Examples
///
/// ```
/// # use ah_core as ah;
/// let env = ah::Env::new();
/// let first = env.run(|| ah::AsyncResource::new("DBQuery").async_id());
/// assert_eq!(first, 2);
/// ```
#[derive(Clone)]
pub struct Env(Handle);

impl Env {
    /// Makes an environment.
    #[must_use]
    pub fn new() -> Self {
        Self(Handle::create())
    }

    /// Runs `f` in the environment: in its root, with no stores and no default trigger. A task boundary.
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
    {
        self.0
            .frame()
            .run(|| life::boundary_here(Identity::ROOT, f))
    }

    /// Wraps a future so that each of its polls runs in the environment, as [`run`](Self::run) would.
    pub fn scope<F: Future>(&self, future: F) -> EnvScope<F> {
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
                life::boundary_here(Identity::ROOT, || this.framed.clear());
            }
        }
    }
}

impl<F: Future> Future for EnvScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        if this.framed.is_finished() {
            return this.framed.poll(cx);
        }
        let polled = this
            .framed
            .as_mut()
            .run(|inner| life::boundary_here(Identity::ROOT, || inner.poll(cx)));
        if polled.is_ready() {
            this.framed.finish();
        }
        polled
    }
}

impl<F> fmt::Debug for EnvScope<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvScope").finish_non_exhaustive()
    }
}
