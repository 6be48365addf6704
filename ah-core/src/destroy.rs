//! Destroys wait on their thread until it is in no scope.
//!
//! The queue drains, in order, only while the thread is in no emission and not draining already: when the outermost
//! scope or a task boundary is left (at a boundary only what was queued inside it), at once in no scope, when it grew
//! long, at the end of the thread, and on [`flush_destroys`]. Callbacks run with ids 0 and no stores.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    mem::ManuallyDrop,
};

use crate::{
    context, emission,
    environment::{Environment, is_heard},
    extensions,
    frame::Frame,
    identity::Identity,
    phase::Phase,
};

/// So many entries are not left waiting for the end of a scope.
const LONG: usize = 16_384;

struct Entry {
    subject: Identity,
    /// The empty frame of its environment.
    root: Frame,
}

struct Queue {
    entries: RefCell<VecDeque<Entry>>,
    /// How many of them were queued outside of the innermost task boundary.
    outside: Cell<usize>,
    /// How many there are: looked at on every way out of a scope.
    waiting: Cell<usize>,
    draining: Cell<bool>,
}

thread_local! {
    // no `Drop`: resources are dropped while the thread ends, too
    static QUEUE: ManuallyDrop<Queue> = const {
        ManuallyDrop::new(Queue {
            entries: RefCell::new(VecDeque::new()),
            outside: Cell::new(0),
            waiting: Cell::new(0),
            draining: Cell::new(false),
        })
    };
    static AT_EXIT: AtExit = const { AtExit };
}

/// Drains the queue when the thread ends.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        flush_destroys();
        QUEUE.with(|queue| drop(queue.entries.take()));
    }
}

/// Queues the destroy of a resource, if anybody in its environment listens, and empties its extensions.
///
/// `root` is the empty frame of its environment.
#[inline]
pub(crate) fn queue(subject: &Identity, root: impl FnOnce() -> Frame) {
    if is_heard(Phase::Destroy) || extensions::any() {
        queue_heard(subject, root());
    }
}

#[inline(never)]
fn queue_heard(subject: &Identity, root: Frame) {
    let listening = Environment::with_root(&root, |environment| {
        environment.extensions.forget(subject.id());
        environment.hears(Phase::Destroy)
    });
    if !listening {
        return;
    }
    let entry = Entry {
        subject: *subject,
        root,
    };
    QUEUE.with(|queue| {
        let ending = AT_EXIT.try_with(|_| ()).is_err(); // nobody comes by later
        let now = queue.waiting.get() == 0 && queue.is_idle() && (ending || !context::in_scope());
        if now {
            queue.deliver(entry); // the usual case outside of scopes: nothing to wait for
        } else {
            queue.entries.borrow_mut().push_back(entry);
            queue.waiting.set(queue.waiting.get() + 1);
        }
        if ending {
            queue.drain(|_| false);
        } else {
            settle();
        }
    });
}

/// Drains what may be drained now. Called on every way out of a scope and after every emission.
#[inline]
pub(crate) fn settle() {
    if QUEUE.with(|queue| queue.waiting.get() != 0) && !context::in_scope() {
        QUEUE.with(|queue| queue.drain(|_| false));
    }
}

/// Shortens a queue that grew long within a scope. Called on every way into one and before every emission.
#[inline]
pub(crate) fn relieve() {
    if QUEUE.with(|queue| queue.waiting.get() >= LONG) {
        QUEUE.with(|queue| queue.drain(|subject| context::is_on_stack(subject.id())));
    }
}

/// Delivers the destroys that wait on this thread, in order, whatever scope it is in.
///
/// Does nothing within a callback of a hook.
pub fn flush_destroys() {
    QUEUE.with(|queue| queue.drain(|_| false));
}

impl Queue {
    /// Is the thread neither draining nor in an emission?
    fn is_idle(&self) -> bool {
        !self.draining.get() && !emission::in_emission()
    }

    /// Delivers what was queued inside the innermost task boundary, until nothing is left but what `spare` spares.
    #[cold]
    #[inline(never)]
    fn drain(&self, spare: impl Fn(&Identity) -> bool) {
        if !self.is_idle() {
            return;
        }
        let mut at = self.outside.get();
        loop {
            // taken out under the borrow, delivered and dropped outside of it
            let Some(entry) = self.entries.borrow_mut().remove(at) else {
                break;
            };
            if spare(&entry.subject) {
                self.entries.borrow_mut().insert(at, entry);
                at += 1;
            } else {
                self.waiting.set(self.waiting.get() - 1);
                self.deliver(entry);
            }
        }
        if AT_EXIT.try_with(|_| ()).is_err() && self.waiting.get() == 0 {
            drop(self.entries.take()); // nobody frees it later
        }
    }

    /// Tells the hooks. What they destroy waits until they are done.
    fn deliver(&self, Entry { subject, root }: Entry) {
        struct Done<'a>(&'a Cell<bool>);
        impl Drop for Done<'_> {
            fn drop(&mut self) {
                self.0.set(false);
            }
        }
        self.draining.set(true);
        let _done = Done(&self.draining);
        root.run_once(|| {
            let _boundary = context::boundary(Identity::WORKER);
            emission::destroy(&subject);
        });
    }
}

/// Begins a task boundary, until [`end_task`]: what waits until now is not drained inside. Returns how much waited outside
/// of the one around it.
#[inline]
pub(crate) fn begin_task() -> usize {
    QUEUE.with(|queue| queue.outside.replace(queue.waiting.get()))
}

/// Ends a task boundary.
#[inline]
pub(crate) fn end_task(outside: usize) {
    QUEUE.with(|queue| {
        if queue.waiting.get() > queue.outside.get() {
            queue.drain(|_| false);
        }
        queue.outside.set(outside);
    });
}

/// As [`begin_task`], until the guard goes.
pub(crate) fn boundary() -> Boundary {
    Boundary(begin_task())
}

/// Ends a task boundary.
#[must_use = "the boundary ends when this is dropped"]
pub(crate) struct Boundary(usize);

impl Drop for Boundary {
    fn drop(&mut self) {
        end_task(self.0);
    }
}
