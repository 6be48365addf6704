//! Values that check themselves, and a place to run a case in.

use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicIsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
    thread,
};

use ah_storage::AsyncLocalStorage;

/// Counts the values that live, and checks at the end that none is left.
#[derive(Clone)]
pub(crate) struct Live(Arc<AtomicIsize>);

/// A value on the heap that checks itself whenever it is looked at, and when it is dropped.
pub(crate) struct Value {
    text: String,
    number: u32,
    pub(crate) live: Live,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicIsize::new(0)))
    }

    pub(crate) fn value(&self, number: u32) -> Value {
        self.0.fetch_add(1, SeqCst);
        Value {
            text: text(number),
            number,
            live: self.clone(),
        }
    }

    pub(crate) fn count(&self) -> isize {
        self.0.load(SeqCst)
    }
}

fn text(number: u32) -> String {
    format!("value number {number}, with enough text to be on the heap")
}

impl Value {
    pub(crate) fn look(&self) -> u32 {
        assert_eq!(self.text, text(self.number));
        self.number
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.look();
        self.text.push_str(", and dropped"); // a later look fails even where nobody watches the memory
        self.live.0.fetch_sub(1, SeqCst);
    }
}

pub(crate) type Storage = AsyncLocalStorage<Value>;

pub(crate) fn look(storage: &Storage) -> Option<u32> {
    storage.with(|value| value.map(Value::look))
}

/// Runs a case on a thread of its own, with two storages of its own, and checks that no value is left at its end.
pub(crate) fn case(f: impl FnOnce(&Storage, &Storage, &Live) + Send) {
    let (a, b, live) = (Storage::new(), Storage::new(), Live::new());
    thread::scope(|scope| {
        if let Err(panic) = scope.spawn(|| f(&a, &b, &live)).join() {
            std::panic::resume_unwind(panic);
        }
    });
    assert_eq!(live.count(), 0, "values are left");
}

pub(crate) fn fails(f: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(f)).is_err());
}

pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|_| {
        if std::mem::replace(&mut yielded, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = poll(future.as_mut()) {
            return output;
        }
    }
}
