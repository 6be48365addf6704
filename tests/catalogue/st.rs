//! ST: the stack of contexts, and what panics leave of it. Rows about the process are in `tests/catalogue_process.rs`.

use async_hooks::{AsyncResource, Hooks, Task, embedder};

use crate::support::{Cell, Fifo, Notes, checked, enable, ids, panics, tokio_runtime};

#[test]
fn st_01_after_without_before_is_detected() {
    // Node: the process ends with code 1; here: the caller gets an error with the same words, and nothing changes.
    checked(|_| {
        let error = embedder::emit_after(50.into()).unwrap_err();
        assert_eq!((error.actual(), error.expected()), (1.into(), 50.into()));
        let words = "async hook stack has become corrupted (actual: 1, expected: 50)";
        assert_eq!(error.to_string(), words);
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn st_03_after_of_a_destroyed_resource_that_was_not_entered_is_an_error() {
    // Node: the process ends with code 1; here: the caller gets an error.
    checked(|_| {
        let id = AsyncResource::new("A").async_id();
        assert!(embedder::emit_after(id).is_err());
    });
}

#[test]
fn st_05_the_balance_is_checked_though_no_hook_is_enabled() {
    // Node: a start-up switch restricts the check to when hooks are enabled; here: there is none.
    checked(|collector| {
        collector.stop();
        AsyncResource::new("A").run_in_async_scope(|| {
            assert!(embedder::emit_after(50.into()).is_err());
            assert_eq!(ids(), (2, 1));
        });
    });
}

#[test]
fn st_11_a_panic_in_nested_scopes_leaves_each_before_the_next_tick() {
    checked(|collector| {
        let fifo = Fifo::new();
        fifo.on_panic(|_| ());
        let (outer, inner) = (AsyncResource::new("OUTER"), AsyncResource::new("INNER"));
        let inside =
            move || outer.run_in_async_scope(|| inner.run_in_async_scope(|| panic!("boom")));
        fifo.defer(inside);
        let _ = collector.take_lines();
        fifo.defer(|| ());
        fifo.run();
        let lines = collector.take_lines();
        let expected = [
            "init TickObject 5<1",
            "before TickObject 4",
            "before OUTER 2",
            "before INNER 3",
            "after INNER 3",
            "after OUTER 2",
            "after TickObject 4",
        ];
        assert_eq!(lines[..7], expected);
        let next = lines.iter().position(|line| line == "before TickObject 5");
        assert!(next > Some(6));
    });
}

#[test]
fn st_13_two_panicking_callbacks_are_both_told_and_the_stack_is_in_order() {
    checked(|_| {
        let (fifo, told) = (Fifo::new(), Cell::new());
        let there = told.clone();
        fifo.on_panic(move |_| there.push(async_hooks::execution_async_id()));
        let first = fifo.defer(|| panic!("boom"));
        let second = fifo.defer(|| panic!("boom"));
        fifo.run();
        assert_eq!(told.take(), [first, second]);
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn st_14_a_panicking_microtask_has_one_after_before_the_panic_comes_out() {
    // Node: destroy comes after the error handler; here: before, since the scope that ended was the outermost one.
    checked(|collector| {
        let fifo = Fifo::new();
        fifo.microtask(|| panic!("boom"));
        assert!(panics(|| fifo.run()));
        assert_eq!(ids(), (1, 0));
        let expected =
            ["init", "before", "after", "destroy"].map(|event| format!("{event} Microtask 2"));
        let lines = collector.take_lines();
        assert_eq!(lines[0], "init Microtask 2<1");
        assert_eq!(lines[1..], expected[1..]);
    });
}

#[test]
fn st_15_with_an_after_hook_alone_a_panic_in_a_network_callback_is_contained() {
    checked(|collector| {
        collector.stop();
        let notes = Notes::new();
        enable(Hooks::builder().after(notes.on("after")));
        tokio_runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = tokio::spawn(Task::new(async move {
                listener.accept().await.unwrap();
                panic!("boom");
            }));
            tokio::net::TcpStream::connect(address).await.unwrap();
            assert!(server.await.unwrap_err().is_panic());
        });
        assert!(notes.take().contains(&"after 2".to_string()));
        assert_eq!(ids(), (1, 0));
    });
}
