//! Rule 3: the look-ups, and the extensions of the current resource.

use std::{
    pin::pin,
    sync::{Arc, Weak},
};

use ah_testing::test;
use async_hooks::{AsyncResource, Env, Hooks, Task, execution_async_resource, prelude::*};

use crate::support::{Log, OnDrop, ids, in_env, in_env_exempt, poll};

#[derive(Debug, PartialEq)]
struct Number(u32);

#[test]
fn the_ids_are_those_of_the_innermost_resource() {
    in_env(|| {
        let (outer, inner) = (AsyncResource::new("OUTER"), AsyncResource::new("INNER"));
        assert_eq!(ids(), (1, 0));
        outer.run_in_async_scope(|| {
            assert_eq!(ids(), (2, 1));
            inner.run_in_async_scope(|| assert_eq!(ids(), (3, 1)));
            assert_eq!(ids(), (2, 1));
        });
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn the_ids_are_those_of_the_innermost_announced_future() {
    in_env(|| {
        let _listening = Log::start();
        let inner = async { ids() };
        let outer = async move { (ids(), inner.traced("INNER").await) };
        let seen = poll(pin!(outer.traced("OUTER")));
        assert_eq!(seen, std::task::Poll::Ready(((2, 1), (3, 2))));
    });
}

#[test]
fn the_resource_is_the_current_one() {
    in_env_exempt([50], || {
        let resource = AsyncResource::builder("A")
            .trigger_async_id(50)
            .build()
            .unwrap();
        let handle = resource.run_in_async_scope(execution_async_resource);
        assert_eq!(handle, resource.handle());
        assert_eq!(handle.async_id(), 2);
        assert_eq!(handle.trigger_async_id(), 50);
        assert_eq!(handle.resource_type(), "A");
    });
}

#[test]
fn the_root_has_a_resource_too() {
    in_env(|| {
        let root = execution_async_resource();
        assert_eq!((root.async_id().get(), root.resource_type()), (1, ""));
        root.extensions().insert(Number(7));
        let again = execution_async_resource().extensions();
        assert_eq!(again.get::<Number>().as_deref(), Some(&Number(7)));
    });
}

#[test]
fn extensions_are_found_by_the_type_of_the_value() {
    in_env(|| {
        let extensions = AsyncResource::new("A").handle().extensions();
        assert!(extensions.insert(Number(7)).is_none());
        extensions.insert("text");
        assert_eq!(extensions.get::<Number>().as_deref(), Some(&Number(7)));
        assert_eq!(extensions.get::<&str>().as_deref(), Some(&"text"));
        assert_eq!(extensions.get::<u8>(), None);
    });
}

#[test]
fn insert_returns_the_value_that_was_there_and_remove_takes_it_out() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        let extensions = resource.handle().extensions();
        extensions.insert(Number(7));
        let replaced = extensions.insert(Number(8));
        assert_eq!(replaced.as_deref(), Some(&Number(7)));
        assert_eq!(extensions.remove::<Number>().as_deref(), Some(&Number(8)));
        assert_eq!(extensions.get::<Number>(), None);
        assert_eq!(extensions.remove::<Number>(), None);
    });
}

#[test]
fn each_resource_has_its_own_extensions() {
    in_env(|| {
        let (a, b) = (AsyncResource::new("A"), AsyncResource::new("B"));
        a.handle().extensions().insert(Number(7));
        assert_eq!(b.handle().extensions().get::<Number>(), None);
    });
}

#[test]
fn each_environment_has_its_own_extensions() {
    let leave = || drop(execution_async_resource().extensions().insert(Number(7)));
    let (first, second) = (Env::new(), Env::new());
    first.run(leave);
    assert!(second.run(|| {
        execution_async_resource()
            .extensions()
            .get::<Number>()
            .is_none()
    }));
    assert!(first.run(|| {
        execution_async_resource()
            .extensions()
            .get::<Number>()
            .is_some()
    }));
}

#[test]
fn what_a_hook_leaves_at_init_is_found_in_the_scope_and_in_the_other_callbacks() {
    in_env(|| {
        let log = Log::new();
        let noting = log.clone();
        let number_here = || execution_async_resource().extensions().get::<Number>();
        let hooks = Hooks::builder()
            .init(|resource| drop(resource.resource().extensions().insert(Number(7))))
            .before(move |_| noting.note(format!("{:?}", number_here())));
        async_hooks::create_hook(hooks.build()).enable();
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| log.note(format!("{:?}", number_here())));
        assert_eq!(log.take(), ["Some(Number(7))", "Some(Number(7))"]);
    });
}

#[test]
fn extensions_are_shared_by_all_threads() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        let callback = resource.bind(|| execution_async_resource().extensions().insert(Number(7)));
        assert!(std::thread::scope(|scope| scope.spawn(callback).join().unwrap()).is_none());
        assert!(resource.handle().extensions().get::<Number>().is_some());
    });
}

/// Leaves a value with the resource of the handle, and returns its observer.
fn leave(handle: &async_hooks::ResourceHandle) -> Weak<Number> {
    let value = Arc::new(Number(7));
    let observer = Arc::downgrade(&value);
    handle.extensions().insert(value);
    observer
}

#[test]
fn a_drop_empties_the_extensions_though_no_hook_listens() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        let observer = leave(&resource.handle());
        assert!(observer.upgrade().is_some());
        drop(resource);
        assert!(observer.upgrade().is_none());
    });
}

#[test]
fn a_manual_destroy_empties_the_extensions() {
    in_env(|| {
        let resource = AsyncResource::builder("A")
            .manual_destroy()
            .build()
            .unwrap();
        let observer = leave(&resource.handle());
        resource.emit_destroy().unwrap();
        assert!(observer.upgrade().is_none());
    });
}

#[test]
fn the_end_of_a_future_and_of_a_task_empties_their_extensions() {
    in_env(|| {
        let _listening = Log::start();
        let leave_here = || async { leave(&execution_async_resource()) };
        let std::task::Poll::Ready(left_by_future) = poll(pin!(leave_here().traced("F"))) else {
            panic!("ready at once");
        };
        assert!(left_by_future.upgrade().is_none());
        let std::task::Poll::Ready(left_by_task) = poll(pin!(Task::new(leave_here()))) else {
            panic!("ready at once");
        };
        assert!(left_by_task.upgrade().is_none());
    });
}

#[test]
fn the_end_of_an_environment_empties_its_extensions() {
    let observer = in_env(|| leave(&execution_async_resource()));
    assert!(observer.upgrade().is_none());
}

#[test]
fn extensions_may_use_extensions_while_they_are_dropped() {
    in_env(|| {
        let root = execution_async_resource();
        let from_drop = root.clone();
        let resource = AsyncResource::new("A");
        let leaves_another = OnDrop(move || drop(from_drop.extensions().insert(Number(7))));
        resource.handle().extensions().insert(leaves_another);
        drop(resource);
        assert!(root.extensions().get::<Number>().is_some());
    });
}
