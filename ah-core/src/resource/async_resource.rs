//! Resources created manually.

use std::{
    fmt,
    future::Future,
    panic::Location,
    pin::Pin,
    sync::atomic::Ordering::Relaxed,
    task::{Context, Poll},
};

use super::guard::ResourceGuard;
use crate::{
    context::suppression,
    engine::{destroy_queue, life},
    environment::world::Environment,
    error::{AlreadyDestroyed, ResourceError},
    frame::{AnyFramed as _, Frame, Framed},
    id::AsyncId,
    identity::Identity,
    run_output::{AValueNotAFuture, RunOutput},
    subject::handle::ResourceHandle,
    sync::AtomicBool,
};

/// Something asynchronous with an id, a type and a life that hooks receive.
///
/// Creating one captures the current stores and announces it (`init`); each use of its scope delivers `before` and
/// `after` and runs with those stores; dropping it delivers `destroy`, once this thread is in no scope any more.
///
/// 48 bytes, and no allocation while nobody listens.
///
/// Modelled on Node's [`AsyncResource`](https://nodejs.org/api/async_context.html#class-asyncresource). There a second
/// `emitDestroy` is an event and an empty type is refused only if a hook listens; here both are errors.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let resource = async_hooks::AsyncResource::new("DBQuery");
/// let id = resource.run_in_async_scope(|| async_hooks::execution_async_id());
/// assert_eq!(id, resource.async_id());
/// ```
#[must_use = "a resource is destroyed when it is dropped"]
pub struct AsyncResource {
    subject: Identity,
    frame: Frame,
    manual_destroy: bool,
    destroyed: AtomicBool,
}

impl AsyncResource {
    /// Creates a resource, triggered by the default trigger if there is one, else by what runs here.
    ///
    /// # Panics
    ///
    /// If `ty` is empty: [`builder`](Self::builder) gives an error instead.
    #[track_caller]
    pub fn new(ty: &'static str) -> Self {
        assert!(!ty.is_empty(), "{}", ResourceError::EmptyType);
        Self::make(ty, None, false, Location::caller(), || ())
    }

    /// Returns a builder for a resource with options.
    pub fn builder(ty: &'static str) -> AsyncResourceBuilder<fn()> {
        AsyncResourceBuilder {
            ty,
            trigger: None,
            manual_destroy: false,
            location: None,
            data: || (),
        }
    }

    /// The type is valid.
    #[inline]
    fn make<D: 'static>(
        ty: &'static str,
        trigger: Option<AsyncId>,
        manual_destroy: bool,
        location: &'static Location<'static>,
        data: impl FnOnce() -> D,
    ) -> Self {
        let frame = Frame::capture(); // propagation comes first
        let subject = life::begin(trigger, ty, location, data);
        Self {
            subject,
            frame,
            manual_destroy,
            destroyed: AtomicBool::new(false),
        }
    }

    /// Returns its id.
    #[doc(alias = "asyncId")]
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.subject.id()
    }

    /// Returns the id of the resource that caused it.
    #[doc(alias = "triggerAsyncId")]
    #[must_use]
    pub fn trigger_async_id(&self) -> AsyncId {
        self.subject.trigger()
    }

    /// Returns its type.
    #[must_use]
    pub fn resource_type(&self) -> &'static str {
        self.subject.ty()
    }

    /// Returns a handle to it.
    #[must_use]
    pub fn handle(&self) -> ResourceHandle {
        ResourceHandle::new(
            &self.subject,
            self.frame.run(Environment::current_extensions),
        )
    }

    /// Runs `f` with the resource's ids and the stores it captured.
    ///
    /// May be called again, within itself and after [`emit_destroy`](Self::emit_destroy). What `f` enters with
    /// `enter_with` ends when it returns. A closure that returns a future does not compile: use
    /// [`scope`](Self::scope).
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_core as async_hooks;
    /// let resource = async_hooks::AsyncResource::new("DBQuery");
    /// let rows = resource.run_in_async_scope(|| vec![1, 2, 3]);
    /// assert_eq!(rows.len(), 3);
    /// ```
    #[doc(alias = "runInAsyncScope")]
    pub fn run_in_async_scope<R, AFutureWouldLeaveItsContextUseScope>(
        &self,
        f: impl FnOnce() -> R,
    ) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
        AFutureWouldLeaveItsContextUseScope: AValueNotAFuture, // a future: `resource.scope(future)`; a handle: `::<_, async_hooks::Value>`
    {
        life::run(&self.subject, self.frame.clone(), f)
    }

    /// Wraps a future, stream or sink so that each of its polls runs in the resource's scope.
    ///
    /// Between polls the future keeps what it enters. The resource need not live as long: its destroy may be delivered
    /// before the last poll.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_core as async_hooks;
    /// # let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    /// let resource = async_hooks::AsyncResource::new("DBQuery");
    /// let future = resource.scope(async { async_hooks::execution_async_id() });
    /// # let polled = std::future::Future::poll(std::pin::pin!(future), &mut cx);
    /// # assert_eq!(polled, std::task::Poll::Ready(resource.async_id()));
    /// ```
    pub fn scope<F>(&self, future: F) -> ResourceScope<F> {
        ResourceScope {
            framed: Framed::captured_in(&self.frame, future),
            subject: self.subject,
        }
    }

    /// Returns a closure that runs `f` in the resource's scope. For closures with arguments, use `bind!`.
    ///
    /// A closure that returns a future does not compile: use `bind!(resource, async move || …)`. If the future is a handle,
    /// such as that of a spawned task, say that it is meant: `resource.bind::<_, async_hooks::Value, _>(|| tokio::spawn(work()))`.
    pub fn bind<R, AFutureWouldLeaveItsContextUseBindAsyncMove, F>(
        &self,
        f: F,
    ) -> impl FnOnce() -> R + use<R, AFutureWouldLeaveItsContextUseBindAsyncMove, F>
    where
        F: FnOnce() -> R,
        R: RunOutput<AFutureWouldLeaveItsContextUseBindAsyncMove>,
        AFutureWouldLeaveItsContextUseBindAsyncMove: AValueNotAFuture, // a future: `bind!(resource, async move || …)`; a handle: `::<_, async_hooks::Value, _>`
    {
        let bound = self.bound();
        move || bound.run(f)
    }

    /// What [`bind`](Self::bind) takes along: it does not keep the resource alive.
    #[doc(hidden)]
    pub fn bound(&self) -> Bound {
        Bound {
            subject: self.subject,
            frame: self.frame.clone(),
        }
    }

    /// Destroys it manually, before it is dropped or instead.
    ///
    /// # Errors
    ///
    /// If that was done before. No second event is delivered.
    #[doc(alias = "emitDestroy")]
    pub fn emit_destroy(&self) -> Result<(), AlreadyDestroyed> {
        // Relaxed: only one caller may win; nothing else is published
        if self.destroyed.swap(true, Relaxed) {
            return Err(AlreadyDestroyed(self.async_id()));
        }
        destroy_queue::queue(&self.subject, || self.frame.root());
        Ok(())
    }
}

impl Drop for AsyncResource {
    fn drop(&mut self) {
        if !self.manual_destroy && !*self.destroyed.get_mut() {
            destroy_queue::queue(&self.subject, || self.frame.root());
        }
    }
}

impl fmt::Debug for AsyncResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResource")
            .field("async_id", &self.async_id())
            .field("trigger_async_id", &self.trigger_async_id())
            .field("resource_type", &self.resource_type())
            .finish_non_exhaustive()
    }
}

/// A builder for an [`AsyncResource`].
#[must_use = "call `build`"]
pub struct AsyncResourceBuilder<D> {
    ty: &'static str,
    trigger: Option<AsyncId>,
    manual_destroy: bool,
    location: Option<&'static Location<'static>>,
    data: D,
}

impl<T: 'static, D: FnOnce() -> T> AsyncResourceBuilder<D> {
    /// Sets which resource caused this one.
    ///
    /// Any id is taken unverified, as in Node.
    pub fn trigger_async_id(mut self, id: impl Into<AsyncId>) -> Self {
        self.trigger = Some(id.into());
        self
    }

    /// Leaves the destroy to [`AsyncResource::emit_destroy`]: dropping the resource delivers nothing.
    pub fn manual_destroy(mut self) -> Self {
        self.manual_destroy = true;
        self
    }

    /// Sets where it was created, if that is not where [`build`](Self::build) is called: for wrappers that create it
    /// later.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_core as async_hooks;
    /// use std::panic::Location;
    ///
    /// #[track_caller]
    /// fn query(sql: &str) -> impl Future<Output = usize> {
    ///     let caller = Location::caller();
    ///     async move {
    ///         let query = async_hooks::AsyncResource::builder("DBQuery").location(caller).build();
    ///         query.map_or(0, |query| query.run_in_async_scope(|| sql.len()))
    ///     }
    /// }
    /// # drop(query("select 1"));
    /// ```
    pub fn location(mut self, location: &'static Location<'static>) -> Self {
        self.location = Some(location);
        self
    }

    /// Adds data to the `init` event. `data` is called only if a hook listens.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_core as async_hooks;
    /// struct Query(String);
    ///
    /// let hooks = async_hooks::Hooks::builder()
    ///     .init(|resource| if let Some(Query(sql)) = resource.data() { println!("{sql}") })
    ///     .build();
    /// # async_hooks::create_hook(hooks);
    /// let query = async_hooks::AsyncResource::builder("DBQuery").data(|| Query("select 1".into())).build()?;
    /// # drop(query);
    /// # Ok::<(), async_hooks::ResourceError>(())
    /// ```
    pub fn data<U: 'static, E: FnOnce() -> U>(self, data: E) -> AsyncResourceBuilder<E> {
        AsyncResourceBuilder {
            ty: self.ty,
            trigger: self.trigger,
            manual_destroy: self.manual_destroy,
            location: self.location,
            data,
        }
    }

    /// Creates the resource.
    ///
    /// # Errors
    ///
    /// If the type is empty.
    #[track_caller]
    pub fn build(self) -> Result<AsyncResource, ResourceError> {
        if self.ty.is_empty() {
            return Err(ResourceError::EmptyType);
        }
        Ok(AsyncResource::make(
            self.ty,
            self.trigger,
            self.manual_destroy,
            self.location.unwrap_or(Location::caller()),
            self.data,
        ))
    }
}

impl<D> fmt::Debug for AsyncResourceBuilder<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResourceBuilder")
            .field("resource_type", &self.ty)
            .finish_non_exhaustive()
    }
}

/// The scope of a resource, without the resource.
#[derive(Clone)]
#[doc(hidden)]
pub struct Bound {
    subject: Identity,
    frame: Frame,
}

impl Bound {
    /// As [`AsyncResource::new`], for whoever calls [`destroy`](Self::destroy) in the end. The type is not empty.
    #[inline]
    #[track_caller]
    pub fn new(ty: &'static str) -> Self {
        let frame = Frame::capture(); // propagation comes first
        Self {
            subject: life::begin(None, ty, Location::caller(), || ()),
            frame,
        }
    }

    /// Runs `f` in the scope.
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        life::run(&self.subject, self.frame.clone(), f)
    }
}

impl Bound {
    /// Destroys the resource that [`new`](Self::new) created.
    #[inline]
    pub fn destroy(&self) {
        destroy_queue::queue(&self.subject, || self.frame.root());
    }

    /// Enters the scope until the guard is dropped.
    #[inline]
    pub fn enter(&self) -> ResourceGuard {
        ResourceGuard::enter(&self.subject, self.frame.clone())
    }

    /// As [`AsyncResource::scope`].
    #[inline]
    pub fn scope<F>(&self, future: F) -> ResourceScope<F> {
        ResourceScope {
            framed: Framed::captured_in(&self.frame, future),
            subject: self.subject,
        }
    }

    /// As [`scope`](Self::scope), with exactly the stores that were captured, whatever is current around the polls.
    pub fn scope_exactly<F>(&self, future: F) -> ResourceScope<F> {
        ResourceScope::within(self.subject, self.frame.clone(), future)
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound")
            .field("async_id", &self.subject.id())
            .finish_non_exhaustive()
    }
}

pin_project_lite::pin_project! {
    /// Runs a future in the scope of a resource, poll by poll: see [`AsyncResource::scope`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ResourceScope<F> {
        #[pin]
        framed: Framed<F>,
        subject: Identity,
    }

    impl<F> PinnedDrop for ResourceScope<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if !this.framed.is_finished() {
                life::clear_framed(this.subject, this.framed);
            } else if this.subject.is_suppressed() {
                let _suppression = suppression::suppress();
                this.framed.clear();
            }
        }
    }
}

impl<F> ResourceScope<F> {
    /// As [`AsyncResource::scope`], but in exactly this frame.
    pub(crate) fn within(subject: Identity, frame: Frame, future: F) -> Self {
        Self {
            framed: Framed::within(frame, future),
            subject,
        }
    }
}

impl<F> ResourceScope<F> {
    /// Returns the inner value.
    pub fn get_ref(&self) -> &F {
        self.framed.get_ref()
    }

    /// Returns the inner value.
    pub fn get_mut(&mut self) -> &mut F {
        self.framed.get_mut()
    }

    /// Returns the inner value, without the scope.
    pub fn into_inner(mut self) -> F {
        self.framed.take().0
    }

    /// Polls in the scope; `is_ready` says whether that was the end.
    pub(crate) fn poll_with<R>(
        self: Pin<&mut Self>,
        poll: impl FnOnce(Pin<&mut F>) -> R,
        is_ready: impl FnOnce(&R) -> bool,
    ) -> R {
        let mut this = self.project();
        if this.framed.is_finished() {
            let _suppression = suppression::suppress_if(this.subject.is_suppressed());
            return this.framed.run(poll);
        }
        let polled = {
            let (carried, inner) = this.framed.as_mut().split();
            let mut scope = life::Scope::new(this.subject, carried);
            scope.enter();
            poll(inner)
        };
        if is_ready(&polled) {
            let _suppression = suppression::suppress_if(this.subject.is_suppressed());
            this.framed.finish();
        }
        polled
    }
}

impl<F: Future> Future for ResourceScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_with(|inner| inner.poll(cx), Poll::is_ready)
    }
}

impl<F> fmt::Debug for ResourceScope<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceScope")
            .field("async_id", &self.subject.id())
            .finish_non_exhaustive()
    }
}

impl AsyncResource {
    /// As [`scope`](Self::scope), with exactly the stores that were captured, whatever is current around the polls.
    #[doc(hidden)]
    pub fn scope_exactly<F>(&self, future: F) -> ResourceScope<F> {
        ResourceScope::within(self.subject, self.frame.clone(), future)
    }
}
