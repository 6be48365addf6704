//! All stores of one moment, to run under later.

use std::future::Future;

use ah_core::{AsyncResource, Framed, RunOutput, frame::Frame};

/// The type of the resources that [`snapshot`] and `bind!` make, as in Node.
pub const BOUND_ANONYMOUS_FN: &str = "bound-anonymous-fn";

/// Captures all stores in force here, to run under them later, on this thread or another.
///
/// It is a resource of type [`BOUND_ANONYMOUS_FN`], in whose scope everything runs that is run under it.
///
/// # Examples
///
/// ```
/// # use ah_storage as ah;
/// # static REQUEST_ID: ah::AsyncLocalStorage<u64> = ah::AsyncLocalStorage::new();
/// let snapshot = REQUEST_ID.run(7, ah::snapshot);
/// assert_eq!(snapshot.run(|| REQUEST_ID.get()), Some(7));
/// ```
#[track_caller]
pub fn snapshot() -> Snapshot {
    Snapshot(Captured::Here(AsyncResource::new(BOUND_ANONYMOUS_FN)))
}

/// Runs `f` with no store at all: for pools that are built at their first use, and for other things that must not keep
/// the stores of the request that happened to touch them first. A future runs with none under
/// [`Snapshot::empty()`]`.scope(future)`.
///
/// # Examples
///
/// ```
/// # use ah_storage as ah;
/// # static REQUEST_ID: ah::AsyncLocalStorage<u64> = ah::AsyncLocalStorage::new();
/// REQUEST_ID.run(7, || ah::detached(|| assert_eq!(REQUEST_ID.get(), None)));
/// ```
pub fn detached<R, AFutureWouldLeaveItsContextUseSnapshotEmptyScope>(f: impl FnOnce() -> R) -> R
where
    R: RunOutput<AFutureWouldLeaveItsContextUseSnapshotEmptyScope>,
{
    Frame::empty().run_once(f)
}

/// All stores of one moment: see [`snapshot`].
#[must_use = "a snapshot does nothing unless something is run under it"]
#[derive(Debug)]
pub struct Snapshot(Captured);

#[derive(Debug)]
enum Captured {
    Here(AsyncResource),
    Nothing(Frame),
}

impl Snapshot {
    /// Returns the snapshot with no store at all. It is no resource, and announces nothing.
    pub fn empty() -> Self {
        Self(Captured::Nothing(Frame::empty()))
    }

    /// Runs `f` with exactly the stores of the snapshot: what was unset then is unset inside. What `f` enters is gone
    /// when it returns.
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
    {
        match &self.0 {
            Captured::Here(resource) => resource.run_in_async_scope(f),
            Captured::Nothing(frame) => frame.run(f),
        }
    }

    /// Wraps a future so that it runs with exactly the stores of the snapshot, whatever is in force where it is polled.
    ///
    /// What the future enters stays from poll to poll.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        match &self.0 {
            Captured::Here(resource) => SnapshotScope::Here {
                future: resource.scope_exactly(future),
            },
            Captured::Nothing(frame) => SnapshotScope::Nothing {
                future: Framed::within(frame.clone(), future),
            },
        }
    }
}

pin_project_lite::pin_project! {
    #[project = Projected]
    enum SnapshotScope<F> {
        Here { #[pin] future: ah_core::ResourceScope<F> },
        Nothing { #[pin] future: Framed<F> },
    }
}

impl<F: Future> Future for SnapshotScope<F> {
    type Output = F::Output;

    fn poll(
        self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<F::Output> {
        match self.project() {
            Projected::Here { future } => future.poll(cx),
            Projected::Nothing { future } => future.poll(cx),
        }
    }
}
