//! Futures and tasks.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
    task::Poll,
};

use ah::prelude::*;
use futures::FutureExt as _;

use super::{Boxed, Runner, Shared};
use crate::{
    log::{Labels, Path},
    program::{AsyncBody, AsyncOp, Wrap, Wraps},
};

impl Runner {
    pub(super) fn make_future(self: &Arc<Self>, wraps: &Wraps, body: &AsyncBody) -> Boxed {
        let looks = Looks(self.clone());
        let body: Boxed = Box::pin(run_async(looks, body.clone()));
        wraps
            .iter()
            .fold(body, |inner, wrap| self.wrap(wrap, inner))
    }

    fn wrap(&self, wrap: &Wrap, inner: Boxed) -> Boxed {
        match *wrap {
            Wrap::Carried => Box::pin(inner.in_current_context()),
            Wrap::Traced(ty) => Box::pin(inner.traced(ty)),
            Wrap::Scope(storage, value) => {
                Box::pin(self.shared.storages[storage].scope(self.store(value), inner))
            }
            Wrap::ExitScope(storage) => Box::pin(self.shared.storages[storage].exit_scope(inner)),
            Wrap::InResource(slot) => match self.resource(slot) {
                Some(resource) => Box::pin(resource.scope(inner)),
                None => inner,
            },
            Wrap::InSnapshot(slot) => {
                let snapshot = self.state().snapshots[slot].clone();
                match snapshot {
                    Some(snapshot) => Box::pin(snapshot.scope(inner)),
                    None => inner,
                }
            }
            Wrap::Task => Box::pin(ah::Task::new(inner)),
        }
    }
}

/// Looks once more when it is dropped.
struct Looks(Arc<Runner>);

impl Drop for Looks {
    fn drop(&mut self) {
        self.0.look("gone");
    }
}

async fn run_async(looks: Looks, body: AsyncBody) {
    let runner = &looks.0;
    for op in body.iter() {
        if !runner.spend() {
            continue;
        }
        match op {
            AsyncOp::Sync(op) => runner.step(op),
            AsyncOp::Yield => yield_now().await,
            AsyncOp::Await(wraps, body) => runner.make_future(wraps, body).await,
            AsyncOp::AwaitSlot(slot) => {
                let taken = runner.state().futures[*slot].take();
                if let Some(future) = taken {
                    future.await;
                }
            }
            AsyncOp::Join([one, two]) => {
                let one = runner.make_future(&one.0, &one.1);
                let two = runner.make_future(&two.0, &two.1);
                futures::future::join(one, two).await;
            }
            AsyncOp::Select([one, two]) => {
                let one = runner.make_future(&one.0, &one.1);
                let two = runner.make_future(&two.0, &two.1);
                tokio::select! {
                    biased;
                    () = one => (),
                    () = two => (),
                }
            }
        }
    }
}

/// Runs what a task does, cleans up after it, and panics if it did.
pub(super) async fn run_task(runner: Arc<Runner>, body: AsyncBody) {
    let run = run_async(Looks(runner.clone()), body);
    let panicked = AssertUnwindSafe(run).catch_unwind().await.err();
    runner.look("end");
    runner.drop_all();
    runner.look("all dropped");
    if let Some(payload) = panicked {
        runner.log("panicked");
        runner.hand_in_log();
        drop(runner);
        resume_unwind(payload);
    }
    runner.hand_in_log();
}

/// Spawns the first task.
pub(crate) fn spawn_first(shared: &Arc<Shared>, body: &AsyncBody) {
    Runner::new(shared, Path::new(), Labels::new([])).spawn(body);
}

async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
