//! Futures and tasks.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

use async_hooks::prelude::*;
use futures::FutureExt as _;

use super::{Boxed, Runner, attributes, channel::Slot};
use crate::program::{AsyncBody, AsyncOp, Function, Sinks, Wrap, Wraps};

impl Runner {
    pub(super) fn make_future(self: &Arc<Self>, wraps: &Wraps, body: &AsyncBody) -> Boxed {
        let looks = Looks(self.clone());
        let body: Boxed = Box::pin(run_async(looks, body.clone(), None));
        wraps
            .iter()
            .fold(body, |inner, wrap| self.wrap(wrap, inner))
    }

    pub(super) fn make_slot(
        self: &Arc<Self>,
        wraps: &Wraps,
        body: &AsyncBody,
        sinks: &Sinks,
    ) -> Slot {
        let has_item = Arc::new(AtomicBool::new(false));
        let looks = Looks(self.clone());
        let items = Box::pin(run_async(looks, body.clone(), Some(has_item.clone())));
        Slot::Channel(self.make_channel(wraps, items, has_item, sinks))
    }

    fn wrap(&self, wrap: &Wrap, inner: Boxed) -> Boxed {
        match *wrap {
            Wrap::Carried => moving(inner.in_current_context()),
            Wrap::Traced(ty) => moving(inner.traced(ty)),
            Wrap::Function(function) => self.call_function(function, inner),
            Wrap::Scope(storage, value) => {
                moving(self.shared.storages[storage].scope(self.store(value), inner))
            }
            Wrap::ExitScope(storage) => moving(self.shared.storages[storage].exit_scope(inner)),
            Wrap::InResource(slot, by_async_fn) => match self.resource(slot) {
                Some(resource) => resource.scope(by_async_fn, inner),
                None => inner,
            },
            Wrap::InSnapshot(slot) => {
                let snapshot = self.state().snapshots[slot].clone();
                match snapshot {
                    Some(snapshot) => Box::pin(snapshot.scope(inner)),
                    None => inner,
                }
            }
            Wrap::InEnv(slot) => match self.env(slot) {
                Some(env) => moving(env.scope(inner)),
                None => inner,
            },
            Wrap::Task => moving(async_hooks::Task::new(inner)),
        }
    }

    fn call_function(&self, function: Function, inner: Boxed) -> Boxed {
        match function {
            Function::Async => Box::pin(attributes::awaits(inner)),
            Function::Caused(slot) => match self.id_of(slot) {
                Some(trigger) => Box::pin(attributes::awaits_because_of(trigger, inner)),
                None => Box::pin(attributes::awaits(inner)),
            },
            Function::Opaque => Box::pin(attributes::returns(inner)),
            Function::Boxed => attributes::returns_in_a_box(inner),
        }
    }
}

/// A future that lies at another place at each poll, and when it is dropped.
struct Moving<F>(Option<Box<F>>);

fn moving<F: Future<Output = ()> + Send + Unpin + 'static>(future: F) -> Boxed {
    Box::pin(Moving(Some(Box::new(future))))
}

impl<F> Moving<F> {
    fn moved(&mut self) -> &mut F {
        let there = self.0.take().map(|there| Box::new(*there));
        self.0.insert(there.expect("nothing unwinds in between"))
    }
}

impl<F: Future<Output = ()> + Unpin> Future for Moving<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(self.moved()).poll(cx)
    }
}

impl<F> Drop for Moving<F> {
    fn drop(&mut self) {
        self.moved();
    }
}

/// Looks once more when it is dropped.
struct Looks(Arc<Runner>);

impl Drop for Looks {
    fn drop(&mut self) {
        self.0.look("gone");
    }
}

/// Of a stream, if it can say that it has an item.
async fn run_async(looks: Looks, body: AsyncBody, has_item: Option<Arc<AtomicBool>>) {
    let runner = &looks.0;
    for op in body.iter() {
        if !runner.spend() {
            continue;
        }
        match op {
            AsyncOp::Sync(op) => runner.step(op),
            AsyncOp::Yield => yield_now().await,
            AsyncOp::Item => {
                if let Some(has_item) = &has_item {
                    has_item.store(true, SeqCst);
                    yield_now().await;
                }
            }
            AsyncOp::Await(wraps, body) => runner.make_future(wraps, body).await,
            AsyncOp::AwaitSlot(slot) => {
                let taken = runner.state().futures[*slot].take();
                if let Some(slot) = taken {
                    runner.await_slot(slot).await;
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

/// Runs what a task does that shares nothing, cleans up after it, and panics if it did.
pub(super) async fn run_alone(runner: Arc<Runner>, body: AsyncBody) {
    let run = run_async(Looks(runner.clone()), body, None);
    let panicked = AssertUnwindSafe(run).catch_unwind().await.err();
    runner.look("end");
    runner.drop_all();
    runner.look("all dropped");
    if let Some(payload) = panicked {
        drop(runner);
        resume_unwind(payload);
    }
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
