//! RS: resources created manually, and bound closures.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex},
};

use async_hooks::{AsyncId, AsyncResource, BOUND_ANONYMOUS_FN, Hooks, ResourceError, embedder};

use crate::support::{Fifo, checked, counts, enable, ids, inits, panics};

#[test]
fn rs_01_the_trigger_is_the_explicit_one_or_who_runs_and_any_id_is_taken() {
    checked(|collector| {
        collector.exempt(111.into());
        let outer = AsyncResource::new("OUTER");
        let inner = outer.run_in_async_scope(|| AsyncResource::new("INNER"));
        assert_eq!(inner.trigger_async_id(), outer.async_id());
        assert_ne!(inner.async_id(), inner.trigger_async_id());
        let builder = AsyncResource::builder("A").trigger_async_id(111);
        assert_eq!(builder.build().unwrap().trigger_async_id(), 111);
    });
}

#[test]
fn rs_02_each_scope_is_one_before_and_one_after_and_destroy_comes_once() {
    checked(|collector| {
        let resource = AsyncResource::new("A");
        let id = resource.async_id();
        assert_eq!(counts(collector, id), [1, 0, 0, 0]);
        resource.run_in_async_scope(|| assert_eq!(counts(collector, id), [1, 1, 0, 0]));
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        resource.run_in_async_scope(|| ());
        assert_eq!(counts(collector, id), [1, 2, 2, 0]);
        resource.emit_destroy().unwrap();
        async_hooks::flush_destroys();
        drop(resource);
        assert_eq!(counts(collector, id), [1, 2, 2, 1]);
    });
}

#[test]
fn rs_04_an_empty_type_and_an_impossible_trigger_are_errors() {
    checked(|_| {
        let empty = AsyncResource::builder("").build();
        assert_eq!(empty.err(), Some(ResourceError::EmptyType));
        assert_eq!(AsyncId::new(AsyncId::MAX.get() + 1), None); // so none can be given
    });
}

#[test]
fn rs_05_an_empty_type_is_refused_though_nobody_listens() {
    // Node: an empty type is refused only while an init hook is enabled; here: always.
    checked(|collector| {
        collector.stop();
        assert!(AsyncResource::builder("").build().is_err());
        assert!(panics(|| drop(AsyncResource::new(""))));
        assert!(
            AsyncResource::builder("A")
                .trigger_async_id(0)
                .build()
                .is_ok()
        );
        assert!(AsyncId::try_from(1_u64 << 53).is_err());
    });
}

#[test]
fn rs_07_a_scope_gives_what_its_closure_gave() {
    checked(|_| {
        let resource = AsyncResource::new("A");
        assert_eq!(resource.run_in_async_scope(|| "value"), "value");
    });
}

#[test]
fn rs_09_a_panic_leaves_the_scope_and_the_stack_in_balance() {
    checked(|collector| {
        let resource = AsyncResource::new("A");
        assert!(panics(|| resource.run_in_async_scope(|| panic!("boom"))));
        assert_eq!(ids(), (1, 0));
        assert_eq!(counts(collector, resource.async_id()), [1, 1, 1, 0]);
    });
}

#[test]
fn rs_11_a_resource_may_be_entered_within_itself_and_after_its_destroy() {
    checked(|collector| {
        let resource = AsyncResource::new("A");
        let id = resource.async_id();
        resource.run_in_async_scope(|| {
            resource.run_in_async_scope(|| assert_eq!(async_hooks::execution_async_id(), id));
        });
        resource.emit_destroy().unwrap();
        collector.exempt(id);
        assert_eq!(
            resource.run_in_async_scope(async_hooks::execution_async_id),
            id
        );
        assert_eq!(counts(collector, id), [1, 3, 3, 1]);
    });
}

#[test]
fn rs_12_a_bound_closure_runs_under_an_id_of_its_own() {
    checked(|_| {
        let bound = async_hooks::bind!(move || ids());
        let resource = AsyncResource::new("CALLER");
        let inside = resource.run_in_async_scope(&bound);
        assert_eq!(inside, (2, 1));
        assert_ne!(resource.async_id(), 2);
    });
}

#[test]
fn rs_13_a_closure_bound_to_a_resource_runs_under_its_id() {
    checked(|_| {
        let resource = AsyncResource::new("A");
        let bound = async_hooks::bind!(resource, move |n: u32| (
            n,
            async_hooks::execution_async_id()
        ));
        assert_eq!(bound(7), (7, resource.async_id()));
        assert_eq!(
            resource.bind(async_hooks::execution_async_id)(),
            resource.async_id()
        );
    });
}

#[test]
fn rs_16_bound_closures_and_snapshots_are_one_resource_each_of_the_anonymous_type() {
    // Node: a named function gives its name to the resource; here: closures have no names.
    checked(|collector| {
        let bound = async_hooks::bind!(move || ());
        let snapshot = async_hooks::snapshot();
        bound();
        snapshot.run(|| ());
        assert_eq!(inits(collector, BOUND_ANONYMOUS_FN).len(), 2);
    });
}

#[test]
fn rs_18_low_level_before_and_after_carry_the_id_and_do_no_harm_without_hooks() {
    checked(|collector| {
        let in_and_out = || {
            embedder::emit_before(50.into(), 1.into());
            assert_eq!(ids(), (50, 1));
            embedder::emit_after(50.into()).unwrap();
            assert_eq!(ids(), (1, 0));
        };
        in_and_out();
        assert_eq!(collector.take_lines(), ["before ? 50", "after ? 50"]);
        collector.stop();
        in_and_out();
    });
}

#[test]
fn rs_19_the_low_level_emitters_always_check_their_arguments() {
    // Node: a start-up switch takes the checks away; here: there is none.
    checked(|collector| {
        collector.stop();
        assert!(panics(|| embedder::emit_init(2.into(), "", None)));
        assert_eq!(AsyncId::new(1 << 53), None); // an id that they could not take is none
        assert!(embedder::emit_after(AsyncId::MAX).is_err());
    });
}

#[test]
fn rs_20_what_scheduling_returns_stands_for_the_resource_that_init_got() {
    checked(|_| {
        let announced = Arc::new(Mutex::new(Vec::new()));
        let there = announced.clone();
        enable(Hooks::builder().init(move |init| there.lock().unwrap().push(init.resource())));
        let fifo = Fifo::new();
        let running = std::rc::Rc::new(RefCell::new(None));
        let inside = running.clone();
        let immediate = fifo.immediate(move || {
            inside.replace(Some(async_hooks::execution_async_resource()));
        });
        fifo.run();
        let announced = announced.lock().unwrap();
        assert_eq!(announced[0].async_id(), immediate.async_id());
        assert_eq!(running.take().as_ref(), Some(&announced[0]));
    });
}
