//! pin-project: its attribute and ours compose in either order, and so do methods and `#[traced]`.

use std::{
    future::Future,
    marker::PhantomPinned,
    pin::{Pin, pin},
    task::{Context, Poll, Waker, ready},
};

use async_hooks::{AsyncId, Resource as _, async_resource, execution_async_id, traced};
use pin_project::{UnsafeUnpin, pin_project, pinned_drop};

use crate::test;

fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
    }
}

macro_rules! timed {
    ($name:ident, $(#[$attr:meta])*) => {
        /// A future around another one, which notes where it is polled.
        $(#[$attr])*
        struct $name<F, T: Clone = u8>
        where
            F: Future,
        {
            #[pin]
            inner: F,
            polled_in: Vec<AsyncId>,
            extra: Option<T>,
        }

        #[async_resource]
        impl<F: Future, T: Clone> $name<F, T> {
            fn new(inner: F) -> Self {
                Self { inner, polled_in: Vec::new(), extra: None }
            }
        }

        #[async_resource]
        impl<F: Future, T: Clone> Future for $name<F, T> {
            type Output = (F::Output, Vec<AsyncId>);

            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let this = self.project();
                this.polled_in.push(execution_async_id());
                assert!(this.extra.is_none());
                let output = ready!(this.inner.poll(cx));
                Poll::Ready((output, this.polled_in.clone()))
            }
        }
    };
}

timed!(OursFirst, #[async_resource("TIMED")] #[pin_project]);
timed!(OursLast, #[pin_project] #[async_resource("TIMED")]);
timed!(WithDerives, #[async_resource("TIMED")] #[pin_project(project = TimedProjection)] #[derive(Debug, Clone)]);

#[test]
fn either_order_with_generics() {
    macro_rules! check {
        ($($name:ident)*) => {$(
            let timed = <$name<_>>::new(async { tokio::task::yield_now().await; execution_async_id() });
            let id = timed.async_id();
            assert_eq!(finish(timed), (id, vec![id; 2]));
        )*};
    }
    check!(OursFirst OursLast);
    let timed = <WithDerives<_>>::new(std::future::ready(1));
    let other = timed.clone();
    assert_eq!(other.trigger_async_id(), timed.async_id());
    assert!(format!("{timed:?}").ends_with("extra: None }"));
    let mut timed = pin!(timed);
    let TimedProjection { inner, .. } = timed.as_mut().project();
    assert_eq!(finish(inner), 1);
}

/// An enum of states, in a struct that has the resource.
#[pin_project(project = StateProjection)]
enum State<F> {
    Idle,
    Running(#[pin] F),
    Done { at: AsyncId },
}

#[async_resource("MACHINE")]
#[pin_project]
struct Machine<F> {
    #[pin]
    state: State<F>,
    make: Option<F>,
}

#[async_resource]
impl<F: Future<Output = AsyncId>> Machine<F> {
    fn new(make: F) -> Self {
        Self {
            state: State::Idle,
            make: Some(make),
        }
    }

    #[async_resource]
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<AsyncId> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Idle => {
                    let future = this.make.take().expect("made once");
                    this.state.set(State::Running(future));
                }
                StateProjection::Running(future) => {
                    let at = ready!(future.poll(cx));
                    this.state.set(State::Done { at });
                }
                StateProjection::Done { at } => return Poll::Ready(*at),
            }
        }
    }
}

#[test]
fn an_enum_of_states_in_a_struct() {
    let machine = Machine::new(async { execution_async_id() });
    let id = machine.async_id();
    let mut machine = pin!(machine);
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(machine.as_mut().step(&mut cx), Poll::Ready(id));
}

macro_rules! dropped {
    ($name:ident, $log:ident, $(#[$attr:meta])*) => {
        std::thread_local! {
            static $log: std::cell::RefCell<Vec<AsyncId>> = const { std::cell::RefCell::new(Vec::new()) };
        }

        $(#[$attr])*
        struct $name {
            #[pin]
            pinned: PhantomPinned,
        }

        #[async_resource]
        impl $name {
            fn new() -> Self {
                Self { pinned: PhantomPinned }
            }
        }

        #[pinned_drop]
        impl PinnedDrop for $name {
            fn drop(self: Pin<&mut Self>) {
                $log.with_borrow_mut(|log| log.push(self.async_id()));
            }
        }
    };
}

dropped!(DropOursFirst, FIRST, #[async_resource("DROPPED")] #[pin_project(PinnedDrop)]);
dropped!(DropOursLast, LAST, #[pin_project(PinnedDrop)] #[async_resource("DROPPED")]);

#[test]
fn a_pinned_drop_comes_before_the_destroy() {
    let (first, last) = (DropOursFirst::new(), DropOursLast::new());
    let ids = [first.async_id(), last.async_id()];
    drop((first, last));
    assert_eq!([FIRST.take(), LAST.take()].concat(), ids);
}

#[async_resource("UNPIN")]
#[pin_project(UnsafeUnpin)]
struct SaysUnpin<T>(#[pin] T, u8);

#[expect(unsafe_code, reason = "the trait of pin-project is unsafe")]
// SAFETY: nothing but the pinned field is projected as pinned
unsafe impl<T: Unpin> UnsafeUnpin for SaysUnpin<T> {}

#[async_resource]
impl<T> SaysUnpin<T> {
    fn new(value: T) -> Self {
        Self(value, 1)
    }
    #[async_resource]
    fn both(self: Pin<&mut Self>) -> (Pin<&mut T>, u8) {
        let this = self.project();
        (this.0, *this.1)
    }
}

#[test]
fn unsafe_unpin_of_a_tuple_struct() {
    let mut says = SaysUnpin::new(7);
    assert_eq!(Pin::new(&mut says).both(), (Pin::new(&mut 7), 1));
}

/// A future of pin-project whose method is traced.
#[pin_project]
struct Traced<F>(#[pin] F);

#[traced]
impl<F: Future> Future for Traced<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().0.poll(cx)
    }
}

#[test]
fn a_traced_poll() {
    assert_eq!(finish(Traced(async { 7 })), 7);
}
