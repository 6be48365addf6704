//! How resources are announced: what the wrappers of all modules share.
//!
//! tokio's own futures run no code of the user's, so they are polled plainly. What they delivered is announced
//! afterwards, in a scope that is entered once and in which nothing happens.

#![cfg_attr(
    not(feature = "full"),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "no module uses all of it"
    )
)]

use std::{
    future::Future,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

use ah_core::{
    AsyncId, AsyncResource, embedder,
    providers::{SHUTDOWNWRAP, WRITEWRAP},
};

/// Where something was asked for, which async functions hand to their resources: these are created at the first poll.
pub(crate) type Place = &'static Location<'static>;

/// Creates a resource that was asked for there, and that this one caused, if one did.
pub(crate) fn made_at(place: Place, ty: &'static str, trigger: Option<AsyncId>) -> AsyncResource {
    let mut builder = AsyncResource::builder(ty).location(place);
    if let Some(trigger) = trigger {
        builder = builder.trigger_async_id(trigger);
    }
    builder.build().expect("a type and a trigger of ours")
}

/// Creates a resource that this one caused.
#[track_caller]
pub(crate) fn triggered_by(trigger: AsyncId, ty: &'static str) -> AsyncResource {
    made_at(Location::caller(), ty, Some(trigger))
}

/// Creates the resource of a connection that a listener accepted: with the listener's stores and because of it, but in
/// nobody's scope, as in Node.
pub(crate) fn connection(
    listener: &AsyncResource,
    place: Place,
    ty: &'static str,
) -> AsyncResource {
    listener.run_in_async_scope(|| {
        embedder::run_in_worker(|| made_at(place, ty, Some(listener.async_id())))
    })
}

/// Announces that something was delivered: `before` and `after`.
pub(crate) fn deliver(resource: &AsyncResource) {
    resource.run_in_async_scope(|| ());
}

/// Announces that a handle delivered something, unless it failed.
pub(crate) fn delivered<T, E>(resource: &AsyncResource, result: Result<T, E>) -> Result<T, E> {
    if result.is_ok() {
        deliver(resource);
    }
    result
}

/// Announces that a request is complete, and destroys it.
pub(crate) fn complete(request: AsyncResource) {
    deliver(&request);
}

pin_project_lite::pin_project! {
    /// A request: announced when it begins, entered once when it is complete, then destroyed. A request that is dropped
    /// before is announced and destroyed.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub(crate) struct Request<F> {
        #[pin]
        future: F,
        ty: &'static str,
        place: Place,
        trigger: Option<AsyncId>,
        only_if_it_waits: bool,
        resource: Option<AsyncResource>,
    }
}

impl<F: Future> Request<F> {
    /// Begins at the first poll.
    #[track_caller]
    pub(crate) fn new(ty: &'static str, future: F) -> Self {
        Self {
            future,
            ty,
            place: Location::caller(),
            trigger: None,
            only_if_it_waits: false,
            resource: None,
        }
    }

    /// As [`new`](Self::new), but what is complete at the first poll is not announced at all.
    #[track_caller]
    pub(crate) fn if_it_waits(ty: &'static str, future: F) -> Self {
        Self {
            only_if_it_waits: true,
            ..Self::new(ty, future)
        }
    }

    /// Sets the place of the request, if another than the place of the creation.
    pub(crate) fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// Sets the cause of the resource, if another than the context of the first poll.
    pub(crate) fn because_of(self, trigger: impl Into<Option<AsyncId>>) -> Self {
        Self {
            trigger: trigger.into(),
            ..self
        }
    }
}

impl<F: Future> Future for Request<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let begin = || made_at(this.place, this.ty, *this.trigger);
        if !*this.only_if_it_waits {
            this.resource.get_or_insert_with(begin);
        }
        let Poll::Ready(output) = this.future.poll(cx) else {
            this.resource.get_or_insert_with(begin);
            return Poll::Pending;
        };
        this.resource.take().into_iter().for_each(complete);
        Poll::Ready(output)
    }
}

/// The request of a handle's write side that is under way, if one is: there is one at most.
///
/// A write is polled, and a caller that gives it up does not say so. Its request then lasts until the next write is
/// complete or the handle is dropped.
#[derive(Debug, Default)]
pub(crate) struct Ongoing(Option<AsyncResource>);

impl Ongoing {
    /// A request that is announced if it has to wait: what was polled is `polled`.
    pub(crate) fn if_it_waits<T>(
        &mut self,
        polled: Poll<T>,
        begin: impl FnOnce() -> AsyncResource,
    ) -> Poll<T> {
        match polled {
            Poll::Ready(_) => self.complete(),
            Poll::Pending => {
                self.0.get_or_insert_with(begin);
            }
        }
        polled
    }

    /// A write on a socket.
    pub(crate) fn write<T>(&mut self, socket: &AsyncResource, polled: Poll<T>) -> Poll<T> {
        self.if_it_waits(polled, || triggered_by(socket.async_id(), WRITEWRAP))
    }

    /// A shutdown, which is announced in any case. It ends the write that was given up.
    pub(crate) fn shut_down<T>(
        &mut self,
        socket: &AsyncResource,
        poll: impl FnOnce() -> Poll<T>,
    ) -> Poll<T> {
        let under_way = |request: &AsyncResource| request.resource_type() == SHUTDOWNWRAP;
        if !self.0.as_ref().is_some_and(under_way) {
            self.0 = Some(triggered_by(socket.async_id(), SHUTDOWNWRAP));
        }
        let polled = poll();
        if polled.is_ready() {
            self.complete();
        }
        polled
    }

    fn complete(&mut self) {
        self.0.take().into_iter().for_each(complete);
    }
}
