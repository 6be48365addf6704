//! Rule 5.1: a default is created at the first look at it, once, and no look at it waits for ever.

use std::{
    panic::catch_unwind,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use async_hooks::AsyncLocalStorage;

use super::test;

#[test]
fn threads_that_look_first_together_create_one_default() {
    static CREATED: AtomicUsize = AtomicUsize::new(0);
    fn create() -> usize {
        thread::yield_now(); // others look meanwhile
        CREATED.fetch_add(1, SeqCst)
    }
    for round in 0..100 {
        let storage = AsyncLocalStorage::builder().default(create).build();
        let all = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    all.wait();
                    assert_eq!(storage.get(), Some(round));
                });
            }
        });
        assert_eq!(CREATED.load(SeqCst), round + 1);
    }
}

#[test]
fn a_look_while_another_thread_creates_the_default_waits_for_it() {
    static CREATED: AtomicUsize = AtomicUsize::new(0);
    static CREATING: Barrier = Barrier::new(2);
    fn create() -> usize {
        CREATING.wait();
        CREATED.fetch_add(1, SeqCst)
    }
    static POOL: AsyncLocalStorage<usize> = AsyncLocalStorage::builder().default(create).build();
    thread::scope(|scope| {
        let first = scope.spawn(|| POOL.get());
        CREATING.wait();
        assert_eq!(POOL.get(), Some(0));
        assert_eq!(first.join().unwrap(), Some(0));
    });
    assert_eq!(CREATED.load(SeqCst), 1);
}

#[test]
fn a_default_that_looks_at_its_own_storage_finds_nothing() {
    static LENGTH: AsyncLocalStorage<usize> = AsyncLocalStorage::builder()
        .default(|| LENGTH.get().map_or(1, |length| length + 1))
        .build();
    assert_eq!(LENGTH.get(), Some(1));
    assert_eq!(LENGTH.get(), Some(1));
}

#[test]
fn a_default_that_panics_is_called_again_at_the_next_look() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    fn second_time_lucky() -> usize {
        match CALLS.fetch_add(1, SeqCst) {
            0 => panic!("not yet"),
            call => call,
        }
    }
    let storage = AsyncLocalStorage::builder()
        .default(second_time_lucky)
        .build();
    assert!(catch_unwind(|| storage.get()).is_err());
    assert_eq!((storage.get(), storage.get()), (Some(1), Some(1)));
}

#[test]
fn defaults_of_two_threads_that_look_at_each_other_do_not_wait_for_ever() {
    static BOTH: Barrier = Barrier::new(2);
    static A: AsyncLocalStorage<usize> = AsyncLocalStorage::builder()
        .default(|| {
            BOTH.wait();
            B.get().unwrap_or(0) + 1
        })
        .build();
    static B: AsyncLocalStorage<usize> = AsyncLocalStorage::builder()
        .default(|| {
            BOTH.wait();
            A.get().unwrap_or(0) + 1
        })
        .build();
    let found = thread::scope(|scope| {
        let other = scope.spawn(|| B.get());
        (A.get(), other.join().unwrap())
    });
    assert!(
        matches!(found, (Some(1), Some(2)) | (Some(2), Some(1))),
        "{found:?}"
    );
}
