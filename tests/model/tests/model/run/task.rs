//! Tasks, and the turns that an executor gives them.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::{Boxed, Runner, future::run_alone, shared::Shared};
use crate::{
    log::{Labels, Path, Turn},
    program::{Alone, AsyncBody, MOST_TASKS},
};

thread_local! {
    /// Whose turn it is on this thread, the innermost last.
    static TASKS: RefCell<Vec<Arc<Runner>>> = const { RefCell::new(Vec::new()) };
}

/// What an executor gets: a task inside, and around it what notes when it has its turn.
pub(crate) struct Watched<F> {
    /// Dropped in a turn, too.
    task: Option<F>,
    watch: Watch,
}

/// Of which task turns are noted.
#[derive(Clone)]
pub(crate) enum Watch {
    /// One that shares nothing.
    Alone(Arc<Runner>),
    /// The one with this number, of those that share everything.
    Together(Arc<Runner>, usize),
}

impl<F> Watched<F> {
    pub(crate) fn new(task: F, watch: Watch) -> Self {
        let task = Some(task);
        Self { task, watch }
    }
}

impl Watch {
    fn turn<R>(&self, turn: fn(usize) -> Turn, f: impl FnOnce() -> R) -> R {
        let runner = match self {
            Self::Alone(runner) => runner,
            Self::Together(runner, number) => {
                let turn = turn(*number);
                runner.log(turn.to_string());
                runner.shared.turns().push(turn);
                runner
            }
        };
        runner.during(|| match catch_unwind(AssertUnwindSafe(f)) {
            Ok(result) => result,
            Err(payload) => {
                runner.log("the task panicked");
                resume_unwind(payload)
            }
        })
    }
}

impl<F: Future<Output = ()> + Unpin> Future for Watched<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { task, watch } = &mut *self;
        let task = task.as_mut().expect("it is there until it is dropped");
        watch.turn(Turn::Poll, || Pin::new(task).poll(cx))
    }
}

impl<F> Drop for Watched<F> {
    fn drop(&mut self) {
        let task = self.task.take();
        self.watch.turn(Turn::Drop, || drop(task));
        if let Watch::Alone(runner) = &self.watch {
            runner.hand_in_log();
        }
    }
}

impl Runner {
    /// Runs `f` as a turn of this one.
    fn during<R>(self: &Arc<Self>, f: impl FnOnce() -> R) -> R {
        struct Over;
        impl Drop for Over {
            fn drop(&mut self) {
                let over = TASKS.with_borrow_mut(Vec::pop);
                drop(over);
            }
        }
        TASKS.with_borrow_mut(|tasks| tasks.push(self.clone()));
        let _over = Over;
        f()
    }

    pub(super) fn of_this_task() -> Option<Arc<Self>> {
        TASKS.with_borrow(|tasks| tasks.last().cloned())
    }

    pub(super) fn spawn(self: &Arc<Self>, body: &AsyncBody) {
        match self.shared.tasks {
            Tasks::None => (),
            Tasks::Alone(spawn) => {
                let child = self.state().children;
                if self.path.len() >= MOST_TASKS || child >= MOST_TASKS {
                    return;
                }
                self.state().children += 1;
                let path = self.path.iter().copied().chain([child]).collect();
                let spawner = Labels::new([async_hooks::execution_async_id().get()]);
                let runner = Self::new(&self.shared, path, spawner);
                let task = Box::pin(run_alone(runner.clone(), body.clone()));
                spawn(&self.shared, task, Watch::Alone(runner));
            }
            Tasks::Together(spawn) => {
                if super::is_first_thread() {
                    let task = self.make_future(&Vec::new(), body);
                    let number = self.state().children;
                    self.state().children += 1;
                    let watch = Watch::Together(self.clone(), number);
                    spawn(&self.shared, task, watch);
                }
            }
        }
    }

    /// Ends the task that was spawned so many tasks ago, if the executor can do that.
    pub(super) fn abort(&self, ago: usize) {
        let aborts = self.shared.aborts();
        if let Some(at) = aborts.len().checked_sub(ago) {
            aborts[at].abort();
        }
    }
}

/// How tasks are spawned, if they are.
#[derive(Clone, Copy)]
pub(crate) enum Tasks {
    None,
    Alone(Spawn),
    Together(Spawn),
}

type Spawn = fn(&Arc<Shared>, Boxed, Watch);

/// Spawns the first of the tasks that share nothing, with hooks that listen to all of them.
pub(crate) fn spawn_alone(shared: &Arc<Shared>, program: &Alone) {
    let runner = Runner::new(shared, Path::new(), Labels::new([]));
    for (at, listening) in program.hooks.iter().enumerate() {
        super::hook::of_any_task(at + 1, listening).enable();
    }
    runner.during(|| {
        runner.spawn(&program.body);
        runner.drop_all(); // what hooks made when they received the task
    });
    runner.hand_in_log();
}

/// Spawns the first of the tasks that share everything; returns what ends the program.
pub(crate) fn spawn_together(shared: &Arc<Shared>, body: &AsyncBody) -> impl FnOnce() + use<> {
    let runner = Runner::new(shared, Path::new(), Labels::none());
    runner.spawn(body);
    move || runner.end()
}
