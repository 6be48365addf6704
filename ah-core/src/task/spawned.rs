//! Tasks: futures handed to an executor.

use std::{
    fmt,
    future::Future,
    mem,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

use futures_task::{FutureObj, LocalFutureObj, LocalSpawn, Spawn, SpawnError};

use super::scope::TaskScope;
use crate::{
    context::suppression,
    engine::{boundary, destroy_queue, life},
    frame::{AnyFramed, Frame, Framed},
    id::AsyncId,
    identity::Identity,
    probe::FutureName,
    providers::TASK,
    wake,
};

pin_project_lite::pin_project! {
    /// A future as a task: a resource of its own, with the stores that were current where it was created.
    ///
    /// Each poll is a task boundary: nothing of what its executor happens to run in shows inside.
    #[must_use = "a task does nothing unless an executor polls it"]
    pub struct Task<F> {
        #[pin]
        framed: Framed<F>,
        subject: Identity,
        // while an inspector watches wakes
        watch: Option<Box<wake::Watch>>,
    }

    impl<F> PinnedDrop for Task<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let must_end = !this.framed.is_finished() || this.subject.is_suppressed();
            if must_end || destroy_queue::matters() {
                end(this.subject, this.framed);
            }
        }
    }
}

impl<F: Future> Task<F> {
    /// Creates a task of a future, for an executor that cannot be wrapped in [`Propagating`].
    #[track_caller]
    pub fn new(future: F) -> Self {
        Self::of_type(TASK, future)
    }

    #[track_caller]
    pub(crate) fn of_type(ty: &'static str, future: F) -> Self {
        let frame = Frame::capture(); // propagation comes first
        let subject = begin(ty, Location::caller(), std::any::type_name::<F>());
        Self {
            framed: Framed::within(frame, future),
            subject,
            watch: None,
        }
    }
}

impl<F> Task<F> {
    /// Returns its id.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.subject.id()
    }

    /// Returns the future.
    pub fn get_ref(&self) -> &F {
        self.framed.get_ref()
    }

    /// Returns the future.
    pub fn get_mut(&mut self) -> &mut F {
        self.framed.get_mut()
    }

    /// Returns the future, without its context. The task is destroyed, as by its drop.
    pub fn into_inner(mut self) -> F {
        let subject = self.subject;
        let _destroy = life::DestroyAtEnd::of(&subject, self.framed.carried());
        let (inner, frame) = self.framed.take();
        mem::forget(self); // nothing is left in it, and its drop would destroy it again
        drop(frame); // a user's `Drop` may run
        inner
    }
}

/// The begin of a task, of whatever future it is.
#[inline]
fn begin(ty: &'static str, location: &'static Location<'static>, future: &'static str) -> Identity {
    life::begin(None, ty, location, || FutureName(future))
}

/// The end of a task: what is left of it is dropped in its own context.
#[inline(never)]
fn end(subject: &Identity, framed: Pin<&mut (dyn AnyFramed + '_)>) {
    let _destroy = life::DestroyAtEnd::of(subject, framed.carried());
    if framed.carried().is_finished() {
        let _suppression = suppression::suppress_if(subject.is_suppressed());
        framed.clear();
    } else {
        boundary::within(Identity::WORKER, || life::clear_framed(subject, framed));
    }
}

impl<F: Future> Future for Task<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        if this.framed.is_finished() {
            let _suppression = suppression::suppress_if(this.subject.is_suppressed());
            return this.framed.poll(cx);
        }
        let (polled, is_watched) = {
            let (carried, inner) = this.framed.as_mut().split();
            let mut scope = TaskScope::new(this.subject, carried);
            let is_watched = scope.enter();
            let polled = if is_watched {
                let waker = wake::watch(this.watch, this.subject, cx.waker());
                inner.poll(&mut Context::from_waker(waker))
            } else {
                inner.poll(cx)
            };
            (polled, is_watched)
        };
        if polled.is_ready() {
            if is_watched {
                wake::end(this.watch);
            }
            let _suppression = suppression::suppress_if(this.subject.is_suppressed());
            this.framed.finish();
        }
        polled
    }
}

impl<F> fmt::Debug for Task<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("async_id", &self.subject.id())
            .finish_non_exhaustive()
    }
}

/// A spawner whose tasks carry the context of whoever spawns them, each as a [`Task`].
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// use futures::{executor::LocalPool, task::SpawnExt};
///
/// let mut pool = LocalPool::new();
/// let spawner = async_hooks::Propagating::new(pool.spawner());
/// spawner.spawn(async { assert_ne!(async_hooks::execution_async_id(), async_hooks::AsyncId::ROOT) })?;
/// pool.run();
/// # Ok::<(), futures::task::SpawnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Propagating<S> {
    spawner: S,
}

impl<S> Propagating<S> {
    /// Wraps a spawner.
    pub const fn new(spawner: S) -> Self {
        Self { spawner }
    }

    /// Returns the spawner.
    pub fn get_ref(&self) -> &S {
        &self.spawner
    }

    /// Returns the spawner.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.spawner
    }

    /// Returns the spawner.
    pub fn into_inner(self) -> S {
        self.spawner
    }
}

impl<S: Spawn> Spawn for Propagating<S> {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawner
            .spawn_obj(FutureObj::new(Box::new(Task::new(future))))
    }

    fn status(&self) -> Result<(), SpawnError> {
        self.spawner.status()
    }
}

impl<S: LocalSpawn> LocalSpawn for Propagating<S> {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawner
            .spawn_local_obj(LocalFutureObj::new(Box::new(Task::new(future))))
    }

    fn status_local(&self) -> Result<(), SpawnError> {
        self.spawner.status_local()
    }
}
