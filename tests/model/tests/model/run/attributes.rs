//! Functions and structs with attributes.

use std::{
    pin::Pin,
    sync::{Arc, Weak},
};

use async_hooks::{AsyncId, AsyncResource, Resource as _, async_resource, traced};

use super::{Boxed, Runner};
use crate::program::Creation;

#[traced(name = "A")]
pub(super) async fn awaits(inner: Boxed) {
    inner.await;
}

#[traced(name = "A", trigger = trigger)]
pub(super) async fn awaits_because_of(trigger: AsyncId, inner: Boxed) {
    inner.await;
}

#[traced(name = "B")]
pub(super) fn returns(inner: Boxed) -> impl Future<Output = ()> + Send {
    inner
}

#[expect(
    clippy::redundant_async_block,
    reason = "it drops `inner` when that is ready"
)]
#[traced(name = "B")]
pub(super) fn returns_in_a_box(inner: Boxed) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move { inner.await })
}

#[traced(name = "A")]
fn calls_in_a(f: impl FnOnce()) {
    f();
}

#[traced(name = "B")]
fn calls_in_b(f: impl FnOnce()) {
    f();
}

#[traced(name = "A", trigger = trigger)]
fn calls_in_a_because_of(trigger: AsyncId, f: impl FnOnce()) {
    f();
}

#[traced(name = "B", trigger = trigger)]
fn calls_in_b_because_of(trigger: AsyncId, f: impl FnOnce()) {
    f();
}

pub(super) fn call_traced(is_a: bool, trigger: Option<AsyncId>, f: impl FnOnce()) {
    match (is_a, trigger) {
        (true, None) => calls_in_a(f),
        (false, None) => calls_in_b(f),
        (true, Some(trigger)) => calls_in_a_because_of(trigger, f),
        (false, Some(trigger)) => calls_in_b_because_of(trigger, f),
    }
}

/// Looks when it is dropped.
#[async_resource("A")]
#[derive(Clone)]
pub(super) struct Query {
    runner: Weak<Runner>,
}

impl Drop for Query {
    fn drop(&mut self) {
        if let Some(runner) = self.runner.upgrade() {
            runner.look("struct gone");
        }
    }
}

#[async_resource]
impl Query {
    pub(super) fn new(runner: Weak<Runner>) -> Self {
        Self { runner }
    }

    pub(super) fn calls(&self, f: impl FnOnce()) {
        f();
    }

    pub(super) async fn awaits(self: Arc<Self>, inner: Boxed) {
        inner.await;
    }

    pub(super) fn returns(&self, inner: Boxed) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        inner
    }
}

/// A resource, created manually or by attribute.
#[derive(Clone)]
pub(super) enum AnyResource {
    Plain(Arc<AsyncResource>),
    Struct(Arc<Query>),
}

impl AnyResource {
    pub(super) fn as_resource(&self) -> &AsyncResource {
        match self {
            Self::Plain(resource) => resource,
            Self::Struct(query) => query.async_resource(),
        }
    }

    pub(super) fn run(&self, f: impl FnOnce()) {
        match self {
            Self::Plain(resource) => resource.run_in_async_scope(f),
            Self::Struct(query) => query.calls(f),
        }
    }

    pub(super) fn scope(&self, by_async_fn: bool, inner: Boxed) -> Boxed {
        match self {
            Self::Plain(resource) => Box::pin(resource.scope(inner)),
            Self::Struct(query) if by_async_fn => Box::pin(query.clone().awaits(inner)),
            Self::Struct(query) => query.returns(inner),
        }
    }
}

impl Runner {
    pub(super) fn make_resource(self: &Arc<Self>, made: &Creation) -> Option<AnyResource> {
        Some(match *made {
            Creation::Built(ty, None, false) => {
                AnyResource::Plain(Arc::new(AsyncResource::new(ty)))
            }
            Creation::Built(ty, trigger, manual) => {
                let mut builder = AsyncResource::builder(ty);
                if let Some(trigger) = trigger.and_then(|slot| self.id_of(slot)) {
                    builder = builder.trigger_async_id(trigger);
                }
                if manual {
                    builder = builder.manual_destroy();
                }
                AnyResource::Plain(Arc::new(builder.build().expect("a valid one")))
            }
            Creation::Struct => AnyResource::Struct(Arc::new(Query::new(Arc::downgrade(self)))),
            Creation::CloneOf(slot) => match self.resource(slot)? {
                AnyResource::Struct(original) => {
                    AnyResource::Struct(Arc::new(Query::clone(&original)))
                }
                AnyResource::Plain(_) => return None,
            },
        })
    }

    pub(super) fn resource(&self, slot: usize) -> Option<AnyResource> {
        self.state().resources[slot].clone()
    }

    pub(super) fn id_of(&self, slot: usize) -> Option<AsyncId> {
        let resource = self.resource(slot)?;
        Some(resource.as_resource().async_id())
    }
}
