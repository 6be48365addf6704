//! Rule 5.9: a storage is unset, set, or exited.

use std::{
    panic::catch_unwind,
    sync::{
        Barrier,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use async_hooks::AsyncLocalStorage;

use crate::support::{Storage, block_on};

use super::test;

const fn with_default() -> Storage {
    AsyncLocalStorage::builder().default(|| 7).build()
}

#[test]
fn unset_shows_the_default() {
    static A: Storage = with_default();
    assert_eq!(A.get(), Some(7));
    assert_eq!(A.with(|store| store.copied()), Some(7));
}

#[test]
fn unset_shows_nothing_if_there_is_no_default() {
    static A: Storage = Storage::new();
    assert_eq!(A.get(), None);
    assert!(A.with(|store| store.is_none()));
}

#[test]
fn set_shows_the_store_and_not_the_default() {
    static A: Storage = with_default();
    A.run(1, || assert_eq!(A.get(), Some(1)));
    assert_eq!(A.get(), Some(7));
}

#[test]
fn exited_shows_nothing_not_even_the_default() {
    static A: Storage = with_default();
    A.exit(|| {
        assert_eq!(A.get(), None);
        assert!(A.with(|store| store.is_none()));
    });
    assert_eq!(A.get(), Some(7));
    assert_eq!(block_on(A.exit_scope(async { A.get() })), None);
}

#[test]
fn an_exited_storage_can_be_set_and_a_set_one_exited() {
    static A: Storage = with_default();
    A.exit(|| {
        A.run(1, || {
            assert_eq!(A.get(), Some(1));
            A.exit(|| assert_eq!(A.get(), None));
            assert_eq!(A.get(), Some(1));
        });
        assert_eq!(A.get(), None);
        A.enter_with(2);
        assert_eq!(A.get(), Some(2));
    });
    assert_eq!(A.get(), Some(7));
}

#[test]
fn each_of_the_states_is_captured_as_it_is() {
    static A: Storage = with_default();
    let unset = async_hooks::snapshot();
    let set = A.run(1, async_hooks::snapshot);
    let exited = A.exit(async_hooks::snapshot);
    A.run(2, || {
        assert_eq!(unset.run(|| A.get()), Some(7));
        assert_eq!(set.run(|| A.get()), Some(1));
        assert_eq!(exited.run(|| A.get()), None);
    });
}

#[test]
fn an_option_as_the_store_tells_none_from_unset_and_exited() {
    static A: AsyncLocalStorage<Option<u32>> =
        AsyncLocalStorage::builder().default(|| Some(7)).build();
    assert_eq!(A.get(), Some(Some(7)));
    assert_eq!(A.run(None, || A.get()), Some(None));
    assert_eq!(A.exit(|| A.get()), None);
}

// The function of the default.

#[test]
fn the_default_is_made_at_the_first_look_and_once() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static A: Storage = AsyncLocalStorage::builder()
        .default(|| MADE.fetch_add(1, SeqCst) + 1)
        .build();
    A.run(5, || A.get());
    A.exit(|| A.get());
    assert_eq!(MADE.load(SeqCst), 0, "nobody looked for it yet");
    assert_eq!((A.get(), A.get()), (Some(1), Some(1)));
    assert_eq!(MADE.load(SeqCst), 1);
}

#[test]
fn the_default_is_the_same_one_on_all_threads() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static A: Storage = AsyncLocalStorage::builder()
        .default(|| MADE.fetch_add(1, SeqCst))
        .build();
    let start = Barrier::new(4);
    let seen = std::thread::scope(|scope| {
        let look = || {
            start.wait();
            A.with(|store| std::ptr::from_ref(store.unwrap()).addr())
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(look)).collect();
        let seen = threads.into_iter().map(|thread| thread.join().unwrap());
        seen.collect::<Vec<_>>()
    });
    assert!(seen.iter().all(|one| *one == seen[0]));
}

#[test]
fn a_default_may_read_another_storage() {
    static A: Storage = Storage::new();
    static B: Storage = AsyncLocalStorage::builder()
        .default(|| A.get().unwrap_or(0) + 1)
        .build();
    assert_eq!(A.run(4, || B.get()), Some(5));
}

#[test]
fn a_default_may_read_a_storage_whose_default_reads_a_third() {
    static A: Storage = with_default();
    static B: Storage = AsyncLocalStorage::builder()
        .default(|| A.get().unwrap() + 1)
        .build();
    static C: Storage = AsyncLocalStorage::builder()
        .default(|| B.get().unwrap() + 1)
        .build();
    assert_eq!(C.get(), Some(9));
}

#[test]
fn a_default_may_read_its_own_storage() {
    static A: Storage = AsyncLocalStorage::builder()
        .default(|| A.run(4, || A.get().unwrap()) + A.exit(|| A.get().map_or(1, |_| 100)))
        .build();
    assert_eq!(A.get(), Some(5));
}

#[test]
fn a_default_may_enter_its_own_storage_without_becoming_that() {
    static A: Storage = AsyncLocalStorage::builder()
        .default(|| {
            A.enter_with(1);
            7
        })
        .build();
    assert_eq!(A.get(), Some(7), "this look began when it was unset");
    assert_eq!(A.get(), Some(1));
}

#[test]
fn a_default_that_panics_is_made_at_the_next_look() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    static A: Storage = AsyncLocalStorage::builder()
        .default(|| match CALLS.fetch_add(1, SeqCst) {
            0 => panic!("as meant"),
            call => call,
        })
        .build();
    assert!(catch_unwind(|| A.get()).is_err());
    assert_eq!(A.get(), Some(1));
}
