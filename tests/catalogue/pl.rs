//! PL: pooled handles.
//!
//! Node resets the resource of a handle; here a handle in a pool holds none, and takes a new one for each use.

use std::sync::{Arc, Mutex};

use async_hooks::{AsyncId, AsyncLocalStorage, AsyncResource, Hooks, Phase, providers};

use crate::support::{checked, counts, enable, inits};

/// A connection that is used again and again.
struct Pooled {
    resource: Option<AsyncResource>,
}

impl Pooled {
    fn idle() -> Self {
        Self { resource: None }
    }

    fn acquire(&mut self) -> AsyncId {
        self.release();
        self.resource
            .insert(AsyncResource::new("TCPWRAP"))
            .async_id()
    }

    fn release(&mut self) {
        self.resource = None;
    }

    fn id(&self) -> Option<AsyncId> {
        self.resource.as_ref().map(AsyncResource::async_id)
    }

    fn respond<R: async_hooks::RunOutput<async_hooks::Value>>(&self, f: impl FnOnce() -> R) -> R {
        self.resource.as_ref().unwrap().run_in_async_scope(f)
    }
}

#[test]
fn pl_01_each_use_of_a_pooled_handle_is_a_resource_of_its_own() {
    // Node: an idle handle has the id −1; here: it has no resource.
    checked(|collector| {
        let mut handle = Pooled::idle();
        assert_eq!(handle.id(), None);
        let first = handle.acquire();
        handle.release();
        assert_eq!(handle.id(), None);
        let second = handle.acquire();
        handle.release();
        assert_ne!(first, second);
        assert_eq!(
            [first, second].map(|id| counts(collector, id)),
            [[1, 0, 0, 1]; 2]
        );
    });
}

#[test]
fn pl_03_the_second_use_has_an_id_on_the_same_handle() {
    checked(|_| {
        let mut handle = Pooled::idle();
        let first = handle.acquire();
        let second = handle.acquire();
        assert!(second > first && first > AsyncId::ROOT);
        assert_eq!(handle.respond(async_hooks::execution_async_id), second);
    });
}

#[test]
fn pl_04_the_destroy_of_the_first_use_comes_before_the_second_responds() {
    checked(|collector| {
        let mut handle = Pooled::idle();
        let first = handle.acquire();
        let second = handle.acquire();
        handle.respond(|| {
            assert_eq!(collector.count(Phase::Destroy, first), 1);
            assert_eq!(collector.count(Phase::Destroy, second), 0);
        });
    });
}

#[test]
fn pl_06_no_resource_is_handed_out_twice_and_no_destroy_comes_twice() {
    checked(|collector| {
        let handles = Arc::new(Mutex::new(Vec::new()));
        let there = handles.clone();
        enable(Hooks::builder().init(move |init| there.lock().unwrap().push(init.resource())));
        let mut handle = Pooled::idle();
        let used: Vec<AsyncId> = (0..3).map(|_| handle.acquire()).collect();
        handle.release();
        let handles = handles.lock().unwrap();
        assert!(
            handles
                .iter()
                .enumerate()
                .all(|(at, one)| !handles[..at].contains(one))
        );
        assert!(
            used.iter()
                .all(|id| collector.count(Phase::Destroy, *id) == 1)
        );
    });
}

#[test]
fn pl_07_a_handle_that_is_used_again_holds_nothing_of_its_former_use() {
    static STORE: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::new();
    struct Mark;
    checked(|_| {
        let store = Arc::new(());
        let mut handle = Pooled::idle();
        STORE.run(store.clone(), || handle.acquire());
        handle.respond(|| {
            async_hooks::execution_async_resource()
                .extensions()
                .insert(Mark)
                .is_none()
        });
        handle.acquire();
        assert_eq!(Arc::strong_count(&store), 1);
        handle.respond(|| {
            assert!(STORE.get().is_none());
            assert!(
                async_hooks::execution_async_resource()
                    .extensions()
                    .get::<Mark>()
                    .is_none()
            );
        });
    });
}

#[test]
fn pl_08_handles_of_every_kind_can_be_used_again() {
    checked(|collector| {
        for (kind, _) in async_hooks::async_wrap_providers() {
            let mut slot = Some(AsyncResource::new(kind));
            let first = slot.take().map(|resource| resource.async_id());
            slot.replace(AsyncResource::new(kind));
            assert_ne!(first, slot.map(|resource| resource.async_id()));
        }
        assert_eq!(inits(collector, providers::TLSWRAP).len(), 2);
    });
}
