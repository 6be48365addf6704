//! LE: errors and context.

use async_hooks::AsyncLocalStorage;

use crate::support::{Cell, Fifo, checked, panics, yield_now};

static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();

/// An executor that notes the current store when it receives a panic.
fn noting() -> (Fifo, Cell<Option<u32>>) {
    let (fifo, told) = (Fifo::new(), Cell::new());
    let there = told.clone();
    fifo.on_panic(move |_| there.push(STORE.get()));
    (fifo, told)
}

#[test]
fn le_01_a_panic_and_an_error_leave_run_with_the_callers_store_restored() {
    checked(|_| {
        STORE.run(1, || {
            assert!(panics(|| STORE.run(2, || panic!("boom"))));
            assert_eq!(STORE.get(), Some(1));
            assert_eq!(STORE.run(2, || Err::<(), _>(7)), Err(7));
            assert_eq!(STORE.get(), Some(1));
        });
    });
}

#[test]
fn le_02_who_hears_of_an_asynchronous_panic_sees_the_store_of_what_panicked() {
    checked(|_| {
        let (fifo, told) = noting();
        STORE.run(1, || fifo.defer(|| panic!("boom")));
        STORE.run(2, || {
            let _task = fifo.spawn(async { panic!("boom") });
        });
        fifo.run();
        assert_eq!(told.take(), [Some(1), Some(2)]);
    });
}

#[test]
fn le_03_what_was_started_before_the_panic_still_has_the_store() {
    checked(|_| {
        let (fifo, told) = noting();
        let (there, seen) = (fifo.clone(), told.clone());
        STORE.run(1, || {
            fifo.defer(move || {
                there.immediate(move || seen.push(STORE.get()));
                panic!("boom");
            });
        });
        fifo.run();
        assert_eq!(told.take(), [Some(1), Some(1)]);
    });
}

#[test]
fn le_05_a_failure_started_by_who_hears_of_one_is_told_in_the_same_context() {
    checked(|_| {
        let (fifo, told) = (Fifo::new(), Cell::new());
        let (there, noted) = (fifo.clone(), told.clone());
        fifo.on_panic(move |_| {
            noted.push(STORE.get());
            if noted.len() == 1 {
                there.defer(|| panic!("again"));
            }
        });
        STORE.run(1, || fifo.defer(|| panic!("boom")));
        fifo.run();
        fifo.on_panic(|_| ()); // which owns a handle of the executor
        assert_eq!(told.take(), [Some(1), Some(1)]);
    });
}

#[test]
fn le_08_a_failed_task_is_told_with_the_store_in_which_it_failed() {
    checked(|_| {
        let (fifo, told) = noting();
        let fails = async {
            yield_now().await;
            STORE.enter_with(2);
            panic!("boom");
        };
        STORE.run(1, || {
            let _task = fifo.spawn(fails);
        });
        STORE.run(3, || fifo.run());
        assert_eq!(told.take(), [Some(2)]);
    });
}
