//! A future that runs with the stores of a map.
//!
//! 1. The outer frame is that of the creation, or what is entered around the first poll.
//! 2. The first poll runs within a `run` of each storage. There, the future is wrapped, and takes what is current as its
//!    frame: from then on it has it at every poll. A tracked future that was created before has the stores, too, as in a
//!    `scope` of a storage.
//! 3. One that is never polled is dropped within them.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use ah_core::{ContextExt, Framed};

use crate::ContextMap;

pin_project_lite::pin_project! {
    /// Runs a future with the stores of a map, poll by poll: see [`ContextMap::scope`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ContextScope<F> {
        #[pin]
        inner: Framed<Entering<F>>,
    }
}

pin_project_lite::pin_project! {
    struct Entering<F> {
        #[pin]
        state: State<F>,
    }

    impl<F> PinnedDrop for Entering<F> {
        fn drop(this: Pin<&mut Self>) {
            let state = this.project().state;
            if let Some((map, future)) = state.take_new() {
                let mut future = Some(future);
                map.within(&mut || drop(future.take()));
            }
        }
    }
}

pin_project_lite::pin_project! {
    #[project = Projected]
    #[project_replace = Replaced]
    enum State<F> {
        New { map: ContextMap, future: F },
        Running { #[pin] future: Framed<F> },
        // the first poll has panicked before it began, or this is dropped
        Nothing,
    }
}

impl<F> State<F> {
    /// Takes the future, if it was not polled yet.
    fn take_new(self: Pin<&mut Self>) -> Option<(ContextMap, F)> {
        if !matches!(*self, Self::New { .. }) {
            return None;
        }
        match self.project_replace(Self::Nothing) {
            Replaced::New { map, future } => Some((map, future)),
            Replaced::Running { .. } | Replaced::Nothing => None,
        }
    }
}

impl<F: Future> State<F> {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            Projected::Running { future } => future.poll(cx),
            Projected::New { .. } | Projected::Nothing => panic!("polled after a panic"),
        }
    }
}

impl<F> ContextScope<F> {
    pub(crate) fn new(map: ContextMap, future: F) -> Self {
        let state = State::New { map, future };
        let inner = Entering { state }.in_current_context();
        Self { inner }
    }
}

impl<F: Future> Future for ContextScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().inner.poll(cx)
    }
}

impl<F: Future> Future for Entering<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut state = self.project().state;
        let Some((map, future)) = state.as_mut().take_new() else {
            return state.poll(cx);
        };
        let mut future = Some(future);
        let mut polled = Poll::Pending;
        map.within(&mut || {
            if let Some(future) = future.take() {
                let future = future.in_current_context();
                state.set(State::Running { future });
                polled = state.as_mut().poll(cx);
            }
        });
        polled
    }
}

impl<F> fmt::Debug for ContextScope<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextScope").finish_non_exhaustive()
    }
}
