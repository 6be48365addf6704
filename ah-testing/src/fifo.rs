//! A deterministic executor: everything runs in the order in which it became ready.
//!
//! A turn is Node's: first all that is ready (ticks, then tasks and microtasks), then the timers that are due, then the
//! immediates that were there; after each callback again all that is ready. Nothing of ours is borrowed while a callback
//! runs.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::{HashMap, VecDeque},
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use ah_core::{AsyncId, Task, providers};

use crate::{
    Immediate, JoinHandle, Timer,
    job::{Firing, Job, Then, Timed},
    task::{Ready, Slot},
};

type OnPanic = Rc<dyn Fn(Box<dyn Any + Send>)>;

/// What is in the queue of the ready.
enum Work {
    Task(Pin<Box<dyn Future<Output = ()>>>),
    Microtask(Job),
}

pub(crate) struct State {
    ready: Ready,
    work: RefCell<HashMap<u64, Work>>,
    ticks: RefCell<VecDeque<Job>>,
    timers: RefCell<Vec<Timed>>,
    pub(crate) immediates: RefCell<VecDeque<(u64, Job)>>,
    pub(crate) firing: Firing,
    now: Cell<Duration>,
    next: Cell<u64>,
    on_panic: RefCell<Option<OnPanic>>,
}

/// A deterministic executor for tests, on one thread, with a clock that stands until it is advanced manually.
///
/// Whatever it runs is a resource: a task is an [`async_hooks::Task`](ah_core::Task), and callbacks have Node's types, `TickObject`,
/// `Microtask`, `Immediate` and `Timeout`. All are triggered by what creates them and run with the stores that are
/// current there, each as a task boundary in the context of an idle worker. Clones are handles to the same executor;
/// they may be used within.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// # use std::{cell::Cell, rc::Rc, time::Duration};
/// let fifo = ah_testing::Fifo::new();
/// let task = fifo.spawn({
///     let fifo = fifo.clone();
///     async move {
///         fifo.sleep(Duration::from_secs(1)).await;
///         async_hooks::execution_async_id()
///     }
/// });
/// fifo.run();
/// assert!(task.take().is_none());
/// fifo.advance(Duration::from_secs(1));
/// assert_ne!(task.take(), Some(async_hooks::AsyncId::ROOT));
/// ```
#[derive(Clone)]
pub struct Fifo(Rc<State>);

impl Fifo {
    /// Creates an executor with nothing to do.
    #[must_use]
    pub fn new() -> Self {
        Self(Rc::new(State {
            ready: Ready::default(),
            work: RefCell::default(),
            ticks: RefCell::default(),
            timers: RefCell::default(),
            immediates: RefCell::default(),
            firing: Firing {
                id: Cell::new(None),
                then: Cell::new(Then::Nothing),
            },
            now: Cell::new(Duration::ZERO),
            next: Cell::new(0),
            on_panic: RefCell::new(None),
        }))
    }

    /// Sets what receives panics, within the scope of what panicked, before its `after`. Without, they come out of
    /// [`run`](Self::run).
    pub fn on_panic(&self, handler: impl Fn(Box<dyn Any + Send>) + 'static) {
        *self.0.on_panic.borrow_mut() = Some(Rc::new(handler));
    }

    /// Spawns a task: it is polled first when what runs now has ended.
    #[track_caller]
    pub fn spawn<F: Future + 'static>(&self, future: F) -> JoinHandle<F::Output> {
        let slot = Slot::new();
        let task = Task::new(self.guarded(future, Rc::clone(&slot)));
        let number = self.0.make_ready(Work::Task(Box::pin(task)));
        let state = Rc::downgrade(&self.0);
        let abort = Box::new(move || {
            let work = state.upgrade().and_then(|state| state.take_work(number));
            drop(work); // in no borrow: it is the user's
        });
        JoinHandle { slot, abort }
    }

    /// A future that leaves its output, and that ends when the future in it panics and the panic is received.
    fn guarded<F: Future + 'static>(
        &self,
        future: F,
        slot: Rc<RefCell<Slot<F::Output>>>,
    ) -> impl Future<Output = ()> + use<F> {
        let state = Rc::downgrade(&self.0);
        let mut future = Box::pin(future);
        poll_fn(move |cx| {
            let mut polled = Poll::Ready(None);
            let Some(state) = state.upgrade() else {
                return Poll::Pending;
            };
            state.call(&mut || polled = future.as_mut().poll(cx).map(Some));
            polled.map(|output| Slot::fill(&slot, output))
        })
    }

    /// Runs `f` before everything else that waits, when what runs now has ended.
    #[track_caller]
    pub fn defer(&self, f: impl FnOnce() + 'static) -> AsyncId {
        let job = Job::once(providers::TICK_OBJECT, f);
        let id = job.resource.async_id();
        self.0.ticks.borrow_mut().push_back(job);
        id
    }

    /// Runs `f` in line with the tasks that are ready.
    #[track_caller]
    pub fn microtask(&self, f: impl FnOnce() + 'static) -> AsyncId {
        let job = Job::once(providers::MICROTASK, f);
        let id = job.resource.async_id();
        self.0.make_ready(Work::Microtask(job));
        id
    }

    /// Runs `f` at the end of the turn.
    #[track_caller]
    pub fn immediate(&self, f: impl FnOnce() + 'static) -> Immediate {
        let job = Job::once(providers::IMMEDIATE, f);
        let id = job.resource.async_id();
        let order = self.0.number();
        self.0.immediates.borrow_mut().push_back((order, job));
        Immediate {
            id,
            state: Rc::downgrade(&self.0),
        }
    }

    /// Runs `f` when the clock was advanced so far. It is `FnMut` since [`Timer::refresh`] may set it again.
    #[track_caller]
    pub fn timeout(&self, after: Duration, f: impl FnMut() + 'static) -> Timer {
        self.timer(after, false, f)
    }

    /// Runs `f` each time the clock was advanced so far, until it is cancelled.
    ///
    /// # Panics
    ///
    /// If `every` is zero: it would fire without end.
    #[track_caller]
    pub fn interval(&self, every: Duration, f: impl FnMut() + 'static) -> Timer {
        assert!(!every.is_zero(), "an interval must not be zero");
        self.timer(every, true, f)
    }

    #[track_caller]
    fn timer(&self, after: Duration, repeats: bool, f: impl FnMut() + 'static) -> Timer {
        let job = Job::new(providers::TIMEOUT, f);
        let id = job.resource.async_id();
        let (order, due) = (0, Duration::ZERO);
        self.0.set_timer(Timed {
            job,
            after,
            repeats,
            order,
            due,
        });
        Timer {
            id,
            state: Rc::downgrade(&self.0),
        }
    }

    /// Returns a future that is ready when the clock was advanced so far, by a timer of its own, from now.
    pub fn sleep(&self, after: Duration) -> impl Future<Output = ()> + use<> {
        let slot = Slot::new();
        let there = Rc::clone(&slot);
        let timer = self.timeout(after, move || Slot::fill(&there, Some(())));
        let over = JoinHandle {
            slot,
            abort: Box::new(|| ()),
        };
        let cancel = CancelOnDrop(timer);
        async move {
            over.await;
            drop(cancel);
        }
    }

    /// Runs all that can run without advancing the clock: tasks, ticks, immediates, and timers that are due.
    ///
    /// # Panics
    ///
    /// If something that it runs panics and no handler is [set](Self::on_panic). What is left can be run again.
    pub fn run(&self) {
        loop {
            self.0.run_ready();
            self.0.run_due();
            if self.0.immediates.borrow().is_empty() {
                return;
            }
            self.0.run_immediates();
        }
    }

    /// Drops all that waits, unheard of but for its destroys. Callbacks that own a handle of this executor keep it alive
    /// until then.
    pub fn shutdown(&self) {
        // in no borrow: what is dropped is the user's
        drop(self.0.ticks.take());
        drop(self.0.work.take());
        drop(self.0.timers.take());
        drop(self.0.immediates.take());
    }

    /// Advances the clock from one due timer to the next, and [runs](Self::run) what can run at each.
    pub fn advance(&self, by: Duration) {
        self.run();
        let end = self.0.now.get() + by;
        while let Some(due) = self.0.next_due().filter(|due| *due <= end) {
            self.0.now.set(due);
            self.run();
        }
        self.0.now.set(end);
    }
}

struct CancelOnDrop(Timer);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Default for Fifo {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Fifo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fifo")
            .field("now", &self.0.now)
            .finish_non_exhaustive()
    }
}

impl State {
    fn number(&self) -> u64 {
        self.next.replace(self.next.get() + 1)
    }

    fn make_ready(&self, work: Work) -> u64 {
        let number = self.number();
        self.work.borrow_mut().insert(number, work);
        self.ready.push(number);
        number
    }

    fn take_work(&self, number: u64) -> Option<Work> {
        self.work.borrow_mut().remove(&number)
    }

    /// Calls the user's code, and delivers its panic.
    fn call(&self, f: &mut dyn FnMut()) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
            let handler = self.on_panic.borrow().clone();
            match handler {
                Some(handler) => handler(payload),
                None => resume_unwind(payload),
            }
        }
    }

    fn run_job(&self, job: &mut Job) {
        job.run(|callback| self.call(callback));
    }

    fn run_ready(&self) {
        loop {
            let tick = self.ticks.borrow_mut().pop_front();
            if let Some(mut tick) = tick {
                self.run_job(&mut tick);
            } else if let Some(number) = self.ready.pop() {
                self.run_work(number);
            } else {
                return;
            }
        }
    }

    fn run_work(&self, number: u64) {
        match self.take_work(number) {
            Some(Work::Microtask(mut job)) => self.run_job(&mut job),
            Some(Work::Task(mut task)) => {
                let waker = self.ready.waker(number);
                let polled = task.as_mut().poll(&mut Context::from_waker(&waker));
                if polled.is_pending() {
                    self.work.borrow_mut().insert(number, Work::Task(task));
                }
            }
            None => (), // it has ended, and was woken once more
        }
    }

    /// Runs the immediates that are there now. Those that are created meanwhile wait for the next turn.
    fn run_immediates(&self) {
        let next = self.number();
        while let Some(mut job) = self.take_immediate(next) {
            self.run_job(&mut job);
            drop(job);
            self.run_ready();
        }
    }

    fn take_immediate(&self, before: u64) -> Option<Job> {
        let mut immediates = self.immediates.borrow_mut();
        let (order, _) = immediates.front()?;
        if *order >= before {
            return None;
        }
        immediates.pop_front().map(|(_, job)| job)
    }

    fn next_due(&self) -> Option<Duration> {
        self.timers.borrow().iter().map(|timed| timed.due).min()
    }

    /// The timer that is due first, if any is.
    fn take_due(&self) -> Option<Timed> {
        let mut timers = self.timers.borrow_mut();
        let now = self.now.get();
        let due = timers
            .iter()
            .enumerate()
            .filter(|(_, timed)| timed.due <= now);
        let (at, _) = due.min_by_key(|(_, timed)| (timed.due, timed.order))?;
        Some(timers.remove(at))
    }

    pub(crate) fn take_timer(&self, id: AsyncId) -> Option<Timed> {
        let mut timers = self.timers.borrow_mut();
        let at = timers
            .iter()
            .position(|timed| timed.job.resource.async_id() == id)?;
        Some(timers.remove(at))
    }

    fn set_timer(&self, mut timed: Timed) {
        timed.due = self.now.get() + timed.after;
        timed.order = self.number();
        self.timers.borrow_mut().push(timed);
    }

    /// Continues with a timer that was removed.
    pub(crate) fn settle(&self, timed: Timed, then: Then) {
        if then == Then::SetAgain || (then == Then::Nothing && timed.repeats) {
            self.set_timer(timed);
        }
    }

    fn run_due(&self) {
        while let Some(mut timed) = self.take_due() {
            self.firing.id.set(Some(timed.job.resource.async_id()));
            self.firing.then.set(Then::Nothing);
            self.run_job(&mut timed.job);
            self.firing.id.set(None);
            self.settle(timed, self.firing.then.get());
            self.run_ready();
        }
    }
}
