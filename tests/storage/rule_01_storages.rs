//! Rule 5.1: storages, how they are created and read.

use std::{cell::Cell, sync::Mutex};

use async_hooks::{AsyncLocalStorage, AsyncLocalStorageBuilder, Inherit, Store};

use crate::support::Storage;

use super::test;

#[test]
fn new_is_const_so_a_storage_can_be_a_static() {
    static A: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
    assert_eq!(A.run(1, || A.get()), Some(1));
}

#[test]
fn the_builder_is_const_with_all_its_options() {
    static A: AsyncLocalStorage<String> = AsyncLocalStorage::builder()
        .name("tenant")
        .default(|| String::from("none"))
        .inherit(Inherit::Always)
        .build();
    assert_eq!(A.name(), "tenant");
    assert_eq!(A.get().as_deref(), Some("none"));
}

#[test]
fn a_builder_may_be_a_const_of_ones_own() {
    const NAMED: AsyncLocalStorageBuilder<u32> = AsyncLocalStorage::builder().name("shared");
    static A: Storage = NAMED.build();
    static B: Storage = NAMED.build();
    A.run(1, || assert_eq!((A.get(), B.get()), (Some(1), None)));
    assert_eq!((A.name(), B.name()), ("shared", "shared"));
}

#[test]
fn a_storage_has_no_name_unless_given_one() {
    static A: Storage = Storage::new();
    assert_eq!(A.name(), "");
    assert_eq!(Storage::default().name(), "");
}

#[test]
fn the_name_shows_in_debug_output() {
    static A: Storage = AsyncLocalStorage::builder().name("tenant").build();
    assert!(format!("{A:?}").contains("\"tenant\""));
}

#[test]
fn with_lends_the_store_and_returns_what_the_closure_returned() {
    static A: AsyncLocalStorage<String> = AsyncLocalStorage::new();
    let length = A.run("ada".into(), || A.with(|name| name.map(String::len)));
    assert_eq!(length, Some(3));
    assert!(A.with(|name| name.is_none()));
}

#[test]
fn with_needs_no_clone_and_lends_one_and_the_same_value() {
    struct Connection;
    static A: AsyncLocalStorage<Connection> = AsyncLocalStorage::new();
    let address = || A.with(|store| std::ptr::from_ref(store.unwrap()).addr());
    A.run(Connection, || assert_eq!(address(), address()));
}

#[test]
fn get_clones_the_store() {
    static A: AsyncLocalStorage<Vec<u32>> = AsyncLocalStorage::new();
    A.run(vec![1], || {
        let mut store = A.get().unwrap();
        store.push(2);
        assert_eq!(A.get(), Some(vec![1]));
    });
}

#[test]
fn what_is_lent_stays_as_it_is_while_the_storage_is_entered_run_and_disabled() {
    static A: AsyncLocalStorage<String> = AsyncLocalStorage::new();
    A.enter_with("lent".into());
    A.with(|lent| {
        A.enter_with("entered".into());
        A.run("run".into(), || {
            A.with(|inner| assert_eq!(inner.unwrap(), "run"))
        });
        A.disable();
        assert_eq!(lent.unwrap(), "lent");
    });
    assert_eq!(A.get(), None);
}

#[test]
fn what_is_send_and_sync_and_static_is_a_store() {
    fn is_a_store<T: Store>(_: &T) {}
    is_a_store(&7);
    is_a_store(&"static");
    is_a_store(&Mutex::new(Cell::new(7)));
    is_a_store(&Box::<dyn Fn() + Send + Sync>::from(Box::new(|| ())));
}

#[test]
fn a_generic_function_may_have_any_storage() {
    fn store_of<T: Store + Clone>(storage: &AsyncLocalStorage<T>) -> Option<T> {
        storage.get()
    }
    static A: Storage = Storage::new();
    assert_eq!(A.run(1, || store_of(&A)), Some(1));
}

#[test]
fn storages_of_one_type_are_kept_apart() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    A.run(1, || {
        B.run(2, || assert_eq!((A.get(), B.get()), (Some(1), Some(2))))
    });
}

#[test]
fn a_hundred_storages_are_kept_apart_whichever_is_read_first() {
    let storages: Vec<_> = (0..100).map(|_| Storage::new()).collect();
    for (storage, store) in storages.iter().zip(0..) {
        storage.enter_with(store);
    }
    for _ in 0..4 {
        for (storage, store) in storages.iter().zip(0..100).rev() {
            assert_eq!(storage.get(), Some(store));
        }
    }
}

#[test]
fn a_storage_that_is_gone_leaves_nothing_to_a_new_one() {
    for number in 0..10 {
        let storage = Storage::new();
        assert_eq!(storage.get(), None, "its number was taken before");
        storage.enter_with(number);
    }
}

#[test]
fn a_read_before_the_first_run_does_not_keep_later_stores_from_showing() {
    static A: Storage = Storage::new();
    assert_eq!(A.get(), None);
    assert_eq!(A.run(1, || A.get()), Some(1));
}

#[test]
fn threads_that_use_a_storage_for_the_first_time_at_once_agree_on_it() {
    static A: Storage = Storage::new();
    let start = std::sync::Barrier::new(4);
    let snapshots: Vec<_> = std::thread::scope(|scope| {
        let capture = |store| {
            start.wait();
            A.run(store, async_hooks::snapshot)
        };
        let threads: Vec<_> = (0..4).map(|n| scope.spawn(move || capture(n))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    for (snapshot, store) in snapshots.iter().zip(0..) {
        assert_eq!(snapshot.run(|| A.get()), Some(store));
    }
}

#[test]
#[expect(
    clippy::declare_interior_mutable_const,
    clippy::borrow_interior_mutable_const,
    reason = "what the docs warn of"
)]
fn a_const_storage_is_a_new_one_at_each_use() {
    const A: Storage = Storage::new();
    assert_eq!(A.run(1, || A.get()), None);
}
