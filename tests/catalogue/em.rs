//! EM: for embedders.

use std::sync::Arc;

use async_hooks::{
    AsyncId, AsyncResource, Phase,
    embedder::{self, CallbackScope},
};

use crate::support::{checked, counts, ids};

#[test]
fn em_01_a_resource_of_an_embedder_runs_calls_under_its_id_and_is_destroyed_with_its_owner() {
    struct Owner {
        resource: AsyncResource,
        calls: u32,
    }
    impl Owner {
        fn call(&mut self) -> (u32, u64) {
            self.calls += 1;
            self.resource.run_in_async_scope(|| (self.calls, ids().0))
        }
    }
    checked(|collector| {
        collector.exempt(12345.into());
        for trigger in [None, Some(12345)].into_iter().cycle().take(6) {
            let mut builder = AsyncResource::builder("foobar");
            if let Some(trigger) = trigger {
                builder = builder.trigger_async_id(trigger);
            }
            let resource = builder.build().unwrap();
            assert_eq!(
                resource.trigger_async_id(),
                u64::from(trigger.unwrap_or(1_u32))
            );
            let id = resource.async_id();
            let mut owner = Owner { resource, calls: 0 };
            assert_eq!(owner.call(), (1, id.get()));
            drop(owner);
            assert_eq!(counts(collector, id), [1, 1, 1, 1]);
        }
    });
}

#[test]
fn em_04_an_explicit_context_is_seen_in_its_callbacks_alone_and_destroyed_when_told() {
    struct Given(u32);
    let given = || {
        let given = async_hooks::execution_async_resource()
            .extensions()
            .get::<Given>();
        given.map(|given| given.0)
    };
    checked(|collector| {
        let context = AsyncResource::builder("CONTEXT")
            .manual_destroy()
            .build()
            .unwrap();
        context.handle().extensions().insert(Given(7));
        assert_eq!(context.run_in_async_scope(given), Some(7));
        assert_eq!(given(), None);
        let id = context.async_id();
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        context.emit_destroy().unwrap();
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn em_05_a_context_keeps_what_belongs_to_it_until_it_is_destroyed() {
    checked(|_| {
        let given = Arc::new(());
        let context = AsyncResource::new("CONTEXT");
        context.handle().extensions().insert(given.clone());
        let found = context.run_in_async_scope(|| {
            let found = async_hooks::execution_async_resource()
                .extensions()
                .get::<Arc<()>>();
            found.is_some_and(|found| Arc::ptr_eq(&*found, &given))
        });
        assert!(found);
        drop(context);
        assert_eq!(Arc::strong_count(&given), 1);
    });
}

#[test]
fn em_06_a_callback_made_at_once_is_init_before_after_and_later_destroy() {
    checked(|collector| {
        let outer = AsyncResource::new("OUTER");
        let id = outer.run_in_async_scope(|| {
            let id = embedder::new_async_id();
            embedder::emit_init(id, "CALLBACK", None);
            let scope = CallbackScope::enter(id, async_hooks::execution_async_id());
            assert_eq!(ids(), (id.get(), outer.async_id().get()));
            drop(scope);
            embedder::emit_destroy(id);
            assert_eq!(counts(collector, id), [1, 1, 1, 0]);
            id
        });
        assert_eq!(collector.count(Phase::Destroy, id), 1);
        assert!(id > AsyncId::ROOT);
    });
}
