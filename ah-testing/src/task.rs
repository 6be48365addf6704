//! Tasks of a [`Fifo`](crate::Fifo), and what waits for them.

use std::{
    cell::RefCell,
    collections::VecDeque,
    fmt,
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

/// Number of what is to be run next, in the order in which it became ready. Shared with wakers, which may be sent.
#[derive(Clone, Default)]
pub(crate) struct Ready(Arc<Mutex<VecDeque<u64>>>);

impl Ready {
    pub(crate) fn push(&self, number: u64) {
        self.queue(|queue| {
            if !queue.contains(&number) {
                queue.push_back(number);
            }
        });
    }

    pub(crate) fn pop(&self) -> Option<u64> {
        self.queue(VecDeque::pop_front)
    }

    pub(crate) fn waker(&self, number: u64) -> Waker {
        let ready = self.clone();
        Waker::from(Arc::new(WakeUp { ready, number }))
    }

    fn queue<R>(&self, f: impl FnOnce(&mut VecDeque<u64>) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct WakeUp {
    ready: Ready,
    number: u64,
}

impl Wake for WakeUp {
    fn wake(self: Arc<Self>) {
        self.ready.push(self.number);
    }
}

/// What a task leaves for its handle.
pub(crate) struct Slot<T> {
    pub(crate) output: Option<T>,
    pub(crate) waiting: Option<Waker>,
}

impl<T> Slot<T> {
    pub(crate) fn new() -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self {
            output: None,
            waiting: None,
        }))
    }

    pub(crate) fn fill(slot: &RefCell<Self>, output: Option<T>) {
        let waiting = {
            let mut slot = slot.borrow_mut();
            slot.output = output;
            slot.waiting.take()
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Waits for a task of a [`Fifo`](crate::Fifo), for good if that panicked or was aborted. The task continues without
/// it.
#[must_use = "await it, or take the output after `run`"]
pub struct JoinHandle<T> {
    pub(crate) slot: Rc<RefCell<Slot<T>>>,
    pub(crate) abort: Box<dyn Fn()>,
}

impl<T> JoinHandle<T> {
    /// Returns the output, once, if the task has ended.
    pub fn take(&self) -> Option<T> {
        self.slot.borrow_mut().output.take()
    }

    /// Drops the future of the task, unless it has ended or is running.
    pub fn abort(&self) {
        (self.abort)();
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut slot = self.slot.borrow_mut();
        match slot.output.take() {
            Some(output) => Poll::Ready(output),
            None => {
                slot.waiting = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}
