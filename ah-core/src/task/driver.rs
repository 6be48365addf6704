//! The loop of a blocking executor: separated from the surrounding context, unlike the future that the loop drives.

use std::{
    cell::Cell,
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{
    engine::boundary::Boundary,
    frame::{Frame, Outside},
};

/// Runs `run`, which blocks on the future that it gets, as an idle worker with no stores; the future runs here.
///
/// For the `block_on` of a runtime: the tasks that its loop polls beside the future see nothing of what is current
/// here, and the future sees it as if it were awaited.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// # use futures::executor::block_on;
/// let resource = async_hooks::AsyncResource::new("DBQuery");
/// resource.run_in_async_scope(|| {
///     async_hooks::embedder::drive(async { async_hooks::execution_async_id() }, |future| {
///         assert_eq!(async_hooks::execution_async_id(), async_hooks::AsyncId::NONE);
///         assert_eq!(block_on(future), resource.async_id());
///     });
/// });
/// ```
pub fn drive<F: Future, R>(future: F, run: impl FnOnce(Driven<'_, F>) -> R) -> R {
    let guard = DriveGuard::enter();
    run(guard.drive(future))
}

/// [`drive`] as a guard: for a `block_on` whose panics name its caller, which a closure would hide.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// use async_hooks::embedder::DriveGuard;
///
/// #[track_caller]
/// fn block_on<F: Future>(future: F) -> F::Output {
///     let guard = DriveGuard::enter();
///     futures::executor::block_on(guard.drive(future))
/// }
/// assert_eq!(block_on(async { async_hooks::execution_async_id() }), async_hooks::AsyncId::ROOT);
/// ```
#[must_use = "the thread is an idle worker until this is dropped"]
pub struct DriveGuard {
    loop_: Loop,
    /// Bound to this thread.
    _not_send: PhantomData<*const ()>,
}

impl DriveGuard {
    /// Makes this thread an idle worker with no stores until the guard is dropped.
    pub fn enter() -> Self {
        let loop_ = Loop(Cell::new(None));
        loop_.begin();
        Self {
            loop_,
            _not_send: PhantomData,
        }
    }

    /// Wraps a future so that it runs where the guard was entered.
    pub fn drive<F: Future>(&self, future: F) -> Driven<'_, F> {
        Driven {
            future: Some(future),
            loop_: &self.loop_,
        }
    }
}

impl Drop for DriveGuard {
    fn drop(&mut self) {
        self.loop_.end();
    }
}

impl fmt::Debug for DriveGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DriveGuard").finish_non_exhaustive()
    }
}

/// What is current around a loop, while the loop runs.
struct Loop(Cell<Option<Around>>);

struct Around {
    frame: Frame,
    outside: Outside,
    boundary: Boundary,
}

impl Loop {
    fn begin(&self) {
        let mut frame = Frame::none();
        self.0.set(Some(Around {
            outside: frame.swap_in(),
            boundary: Boundary::of_worker(),
            frame,
        }));
    }

    fn end(&self) {
        if let Some(around) = self.0.take() {
            around.boundary.end();
            let mut frame = around.frame;
            frame.swap_back(around.outside);
        }
    }
}

impl Loop {
    /// Runs `f` outside of the loop, where the future is.
    fn leave<R>(&self, f: impl FnOnce() -> R) -> R {
        struct Begin<'a>(&'a Loop);
        impl Drop for Begin<'_> {
            fn drop(&mut self) {
                self.0.begin();
            }
        }
        self.end();
        let _begin = Begin(self);
        f()
    }
}

pin_project_lite::pin_project! {
    /// The future that [`drive`] hands to an executor. It is polled and dropped where `drive` was called.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Driven<'a, F> {
        // there until it is dropped
        #[pin]
        future: Option<F>,
        loop_: &'a Loop,
    }

    impl<F> PinnedDrop for Driven<'_, F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            this.loop_.leave(|| this.future.set(None));
        }
    }
}

impl<F: Future> Future for Driven<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let future = this.future.as_pin_mut().expect("it is not dropped");
        this.loop_.leave(|| future.poll(cx))
    }
}

impl<F> fmt::Debug for Driven<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driven").finish_non_exhaustive()
    }
}
