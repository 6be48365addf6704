//! All stores of one moment, to run under later.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use ah_core::{
    AValueNotAFuture, Bound, Framed, ResourceScope, RunOutput, frame::Frame,
    providers::BOUND_ANONYMOUS_FN,
};
use futures_core::Stream;
use futures_sink::Sink;

/// Captures all current stores, to run under them later, on this thread or another.
///
/// It is a resource of type [`BOUND_ANONYMOUS_FN`], in whose scope everything runs that is run under it. Clones are the
/// same resource: it is destroyed with the last of them.
///
/// # Examples
///
/// ```
/// # use ah_storage as async_hooks;
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// let snapshot = REQUEST_ID.run(7, async_hooks::snapshot);
/// assert_eq!(snapshot.run(|| REQUEST_ID.get()), Some(7));
/// ```
#[track_caller]
pub fn snapshot() -> Snapshot {
    Snapshot(Captured::Here(Shared::new()))
}

/// Runs `f` with no store at all: for pools that are built at their first use, and for other things that must not keep
/// the stores of the request that happened to touch them first. A future runs with none under
/// [`Snapshot::empty()`]`.scope(future)`.
///
/// # Examples
///
/// ```
/// # use ah_storage as async_hooks;
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// REQUEST_ID.run(7, || async_hooks::detached(|| assert_eq!(REQUEST_ID.get(), None)));
/// ```
pub fn detached<R, AFutureWouldLeaveItsContextUseSnapshotEmptyScope>(f: impl FnOnce() -> R) -> R
where
    R: RunOutput<AFutureWouldLeaveItsContextUseSnapshotEmptyScope>,
    AFutureWouldLeaveItsContextUseSnapshotEmptyScope: AValueNotAFuture, // a future: `async_hooks::Snapshot::empty().scope(future)`; a handle: `detached::<_, async_hooks::Value>(…)`
{
    Frame::empty().run_once(f)
}

/// All stores of one moment: see [`snapshot`].
///
/// # Examples
///
/// One capture for many receivers:
///
/// ```
/// # use ah_storage as async_hooks;
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// let snapshot = REQUEST_ID.run(7, async_hooks::snapshot);
/// let receivers = [snapshot.clone(), snapshot];
/// assert!(receivers.iter().all(|context| context.run(|| REQUEST_ID.get()) == Some(7)));
/// ```
#[must_use = "a snapshot does nothing unless something is run under it"]
#[derive(Clone, Debug)]
pub struct Snapshot(Captured);

#[derive(Clone, Debug)]
enum Captured {
    Here(Shared),
    Nothing(Frame),
}

/// A resource that clones share, without an allocation while there are none.
#[derive(Debug)]
struct Shared {
    bound: Bound,
    /// Counts the clones, from the first on.
    clones: OnceLock<Arc<()>>,
}

impl Shared {
    #[track_caller]
    fn new() -> Self {
        Self {
            bound: Bound::new(BOUND_ANONYMOUS_FN),
            clones: OnceLock::new(),
        }
    }
}

impl Shared {
    #[cold]
    fn drop_clone(&mut self) {
        // exactly one of the owners that give an `Arc` up gets what it held
        if self.clones.take().and_then(Arc::into_inner).is_some() {
            self.bound.destroy();
        }
    }
}

impl Clone for Shared {
    fn clone(&self) -> Self {
        Self {
            clones: self.clones.get_or_init(Arc::default).clone().into(),
            bound: self.bound.clone(),
        }
    }
}

/// The last one destroys the resource.
impl Drop for Shared {
    fn drop(&mut self) {
        match self.clones.get_mut() {
            None => self.bound.destroy(),
            Some(_) => self.drop_clone(),
        }
    }
}

impl Snapshot {
    /// Returns the snapshot with no store at all. It is no resource, and announces nothing.
    pub fn empty() -> Self {
        Self(Captured::Nothing(Frame::empty()))
    }

    /// Runs `f` with exactly the stores of the snapshot: what was unset then is unset inside. What `f` enters ends
    /// when it returns.
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
        AFutureWouldLeaveItsContextUseScope: AValueNotAFuture, // a future: `snapshot.scope(future)`; a handle: `run::<_, async_hooks::Value>(…)`
    {
        match &self.0 {
            Captured::Here(shared) => shared.bound.run(f),
            Captured::Nothing(frame) => frame.run(f),
        }
    }

    /// Wraps a future, stream or sink so that it runs with exactly the stores of the snapshot, whatever is current where
    /// it is polled.
    ///
    /// What it enters stays from poll to poll. It borrows nothing of the snapshot, which need not live as long.
    pub fn scope<F>(&self, future: F) -> SnapshotScope<F> {
        SnapshotScope {
            inner: match &self.0 {
                Captured::Here(shared) => Inner::Here {
                    scope: shared.bound.scope_exactly(future),
                },
                Captured::Nothing(frame) => Inner::Nothing {
                    framed: Framed::within(frame.clone(), future),
                },
            },
        }
    }
}

pin_project_lite::pin_project! {
    /// Runs a future with the stores of a snapshot, poll by poll: see [`Snapshot::scope`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct SnapshotScope<F> {
        #[pin]
        inner: Inner<F>,
    }
}

pin_project_lite::pin_project! {
    #[project = Projected]
    enum Inner<F> {
        Here { #[pin] scope: ResourceScope<F> },
        Nothing { #[pin] framed: Framed<F> },
    }
}

impl<F> SnapshotScope<F> {
    /// Returns the inner value.
    pub fn get_ref(&self) -> &F {
        match &self.inner {
            Inner::Here { scope } => scope.get_ref(),
            Inner::Nothing { framed } => framed.get_ref(),
        }
    }

    /// Returns the inner value.
    pub fn get_mut(&mut self) -> &mut F {
        match &mut self.inner {
            Inner::Here { scope } => scope.get_mut(),
            Inner::Nothing { framed } => framed.get_mut(),
        }
    }

    /// Returns the inner value, without its stores.
    pub fn into_inner(self) -> F {
        match self.inner {
            Inner::Here { scope } => scope.into_inner(),
            Inner::Nothing { framed } => framed.into_inner(),
        }
    }
}

/// Calls a method of what is projected.
macro_rules! inner {
    ($this:expr, $method:ident($($argument:expr),*)) => {
        match $this.project().inner.project() {
            Projected::Here { scope } => scope.$method($($argument),*),
            Projected::Nothing { framed } => framed.$method($($argument),*),
        }
    };
}

impl<F: Future> Future for SnapshotScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        inner!(self, poll(cx))
    }
}

impl<S: Stream> Stream for SnapshotScope<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        inner!(self, poll_next(cx))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.get_ref().size_hint()
    }
}

impl<I, S: Sink<I>> Sink<I> for SnapshotScope<S> {
    type Error = S::Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        inner!(self, poll_ready(cx))
    }

    fn start_send(self: Pin<&mut Self>, item: I) -> Result<(), S::Error> {
        inner!(self, start_send(item))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        inner!(self, poll_flush(cx))
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        inner!(self, poll_close(cx))
    }
}

impl<F> fmt::Debug for SnapshotScope<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotScope").finish_non_exhaustive()
    }
}
