//! What a future owns: the frame that it carries, and the inner value, which is pinned and dropped once.

use std::{
    cell::Cell,
    future::Future,
    marker::PhantomPinned,
    pin::Pin,
    task::{Context, Poll},
    thread,
};

use ah_core::{Env, Framed, frame::Frame, prelude::*};

use crate::support::{Live, Storage, Value, block_on, case, look, poll, yield_now};

/// A future that points to itself from its first poll on, as an `async` block with a reference of its own does. Ready at
/// its second poll.
struct Pinned {
    value: Value,
    own: Cell<*const Self>,
    _pinned: PhantomPinned,
}

impl Pinned {
    fn new(live: &Live) -> Self {
        Self {
            value: live.value(1),
            own: Cell::new(std::ptr::null()),
            _pinned: PhantomPinned,
        }
    }

    /// Has it been polled? Then it is where it was.
    fn look(&self) -> bool {
        self.value.look();
        let polled = !self.own.get().is_null();
        assert!(!polled || std::ptr::eq(self.own.get(), self), "moved");
        polled
    }
}

impl Future for Pinned {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let this = self.as_ref().get_ref();
        if this.look() {
            return Poll::Ready(());
        }
        this.own.set(this);
        Poll::Pending
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        self.look();
    }
}

/// A future in each frame that decides how it is dropped: with a store, in an environment of its own, with nothing.
fn in_each_frame(live: &Live, f: impl Fn(Pin<&mut Framed<Pinned>>) + Sync) {
    case(|a, _, stores| {
        a.run(stores.value(1), || {
            f(Box::pin(Pinned::new(live).in_current_context()).as_mut());
        });
        Env::new().run(|| f(Box::pin(Pinned::new(live).in_current_context()).as_mut()));
        f(Box::pin(Framed::within(Frame::empty(), Pinned::new(live))).as_mut());
    });
    assert_eq!(live.count(), 0, "each is dropped once");
}

fn poll_twice(mut future: Pin<&mut Framed<Pinned>>) {
    assert!(poll(future.as_mut()).is_pending());
    assert!(poll(future.as_mut()).is_ready());
}

#[test]
fn a_pinned_future_is_polled_and_dropped_where_it_is() {
    in_each_frame(&Live::new(), |_unpolled| ());
    in_each_frame(&Live::new(), |future| {
        assert!(poll(future).is_pending());
    });
    in_each_frame(&Live::new(), poll_twice);
}

#[test]
fn the_inner_value_of_a_framed_one_is_taken_out_and_dropped_once() {
    case(|a, _, live| {
        let mut framed = a.run(live.value(1), || {
            Framed::within(Frame::capture(), live.value(2))
        });
        assert_eq!(framed.get_ref().look(), 2);
        *framed.get_mut() = live.value(3);
        let value = framed.into_inner();
        assert_eq!(
            (value.look(), live.count()),
            (3, 1),
            "the frame is released"
        );
    });
}

#[test]
fn a_future_is_looked_at_by_many_threads() {
    #[derive(Debug)]
    struct Text(String);
    case(|a, _, live| {
        a.run(live.value(1), || {
            let future = Framed::within(Frame::capture(), Text("on the heap".into()));
            thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| assert!(format!("{future:?}").contains("on the heap")));
                    scope.spawn(|| assert_eq!(future.get_ref().0, "on the heap"));
                }
            });
        });
    });
}

/// A `scope` that was created in the outer context and is first polled further in, where it is to see what is in
/// between.
#[test]
fn a_scope_is_hung_on_the_frame_around_its_first_poll() {
    let inner = Storage::new();
    case(|a, b, live| {
        a.run(live.value(1), || {
            let mut future = Box::pin(b.scope(live.value(2), async {
                for _ in 0..2 {
                    assert_eq!(
                        (look(a), look(b), look(&inner)),
                        (Some(1), Some(2), Some(3))
                    );
                    yield_now().await;
                }
            }));
            inner.run(live.value(3), || {
                assert!(poll(future.as_mut()).is_pending())
            });
            assert!(poll(future.as_mut()).is_pending());
            assert!(poll(future.as_mut()).is_ready());
        });
    });
}

#[test]
fn a_scope_that_was_never_polled_goes_with_what_it_was_made_in() {
    case(|a, b, live| {
        let made = || b.scope(live.value(2), async { look(a) });
        let future = a.run::<_, ah_core::Value>(live.value(1), made);
        assert_eq!(live.count(), 2);
        a.run(live.value(3), || drop(future));
        assert_eq!(live.count(), 0);
        let future = a.run::<_, ah_core::Value>(live.value(1), made);
        assert_eq!(a.run(live.value(3), || block_on(future)), Some(1));
    });
}

#[test]
fn a_store_of_a_future_goes_with_its_end_though_it_is_kept() {
    case(|a, _, live| {
        let mut future = Box::pin(a.scope(live.value(1), async { look(a) }));
        assert_eq!(block_on(future.as_mut()), Some(1));
        assert_eq!(live.count(), 0);
    });
}

#[test]
fn what_is_taken_out_of_a_wrapper_is_dropped_once_by_whoever_took_it() {
    let live = Live::new();
    case(|a, _, stores| {
        let taken = a.scope(stores.value(1), live.value(2)).into_inner();
        assert_eq!(live.count(), 1);
        taken.look();
        drop(taken);
        assert_eq!(live.count(), 0);
        let polled = a.run::<_, ah_core::Value>(stores.value(1), || {
            let mut ready = std::future::ready(live.value(3)).in_current_context();
            assert!(poll(Pin::new(&mut ready)).is_ready());
            ready.into_inner()
        });
        drop(polled);
        assert_eq!(live.count(), 0);
    });
}
