//! LS: storages within one synchronous execution.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use async_hooks::{AsyncLocalStorage, AsyncResource, Hooks, Inherit};

use crate::support::{Cell, Fifo, Notes, SECOND, checked, enable, panics};

type Storage = AsyncLocalStorage<u32>;

static STORE: Storage = Storage::new();
static OTHER: Storage = Storage::new();

#[test]
fn ls_01_run_and_exit_give_what_their_closures_gave() {
    checked(|_| {
        let argument = 7;
        assert_eq!(STORE.run(1, || argument + 1), 8);
        assert_eq!(STORE.exit(|| argument + 2), 9);
    });
}

#[test]
fn ls_02_nested_runs_and_exits_show_their_own_and_then_the_outer_again() {
    checked(|_| {
        STORE.run(1, || {
            STORE.run(2, || assert_eq!(STORE.get(), Some(2)));
            assert_eq!(STORE.get(), Some(1));
            STORE.exit(|| assert_eq!(STORE.get(), None));
            assert_eq!(STORE.get(), Some(1));
        });
        assert_eq!(STORE.get(), None);
    });
}

#[test]
fn ls_03_a_store_may_be_anything_and_is_the_very_same() {
    checked(|_| {
        let shared = Arc::new(());
        let arcs = AsyncLocalStorage::new();
        arcs.run(shared.clone(), || {
            assert!(Arc::ptr_eq(&arcs.get().unwrap(), &shared))
        });
        let options = AsyncLocalStorage::<Option<u8>>::new();
        options.run(None, || assert_eq!(options.get(), Some(None)));
        let texts = AsyncLocalStorage::new();
        texts.run(String::new(), || {
            assert_eq!(texts.get().as_deref(), Some(""))
        });
    });
}

#[test]
fn ls_05_disabling_one_storage_leaves_the_others() {
    checked(|_| {
        let (a, b, c) = (Storage::new(), Storage::new(), Storage::new());
        a.run(1, || {
            b.run(2, || {
                c.run(3, || {
                    a.disable();
                    assert_eq!((a.get(), b.get(), c.get()), (None, Some(2), Some(3)));
                })
            })
        });
        assert_eq!((a.get(), b.get(), c.get()), (None, None, None));
    });
}

#[test]
fn ls_06_after_disable_nothing_shows_until_the_next_run() {
    static DISABLED: Storage = Storage::new();
    checked(|_| {
        let (fifo, seen) = (Fifo::new(), Cell::new());
        let there = seen.clone();
        DISABLED.run(1, || {
            fifo.defer(move || there.push(DISABLED.get()));
            DISABLED.disable();
            assert_eq!(DISABLED.get(), None);
            DISABLED.exit(|| assert_eq!(DISABLED.get(), None));
            DISABLED.run(2, || assert_eq!(DISABLED.get(), Some(2)));
        });
        fifo.run();
        assert_eq!(seen.take(), [None]);
    });
}

#[test]
fn ls_08_a_thousand_nested_runs_work() {
    fn nest(depth: u32) {
        STORE.run(depth, || {
            assert_eq!(STORE.get(), Some(depth));
            (depth < 1000).then(|| nest(depth + 1));
            assert_eq!(STORE.get(), Some(depth));
        });
    }
    checked(|_| nest(0));
}

#[test]
fn ls_09_the_default_shows_where_nothing_is_set_and_a_name_is_empty_unless_given() {
    static DEFAULT: Storage = Storage::builder().name("tenant").default(|| 7).build();
    checked(|_| {
        assert_eq!(DEFAULT.get(), Some(7));
        DEFAULT.run(1, || assert_eq!(DEFAULT.get(), Some(1)));
        DEFAULT.exit(|| assert_eq!(DEFAULT.get(), None));
        assert_eq!((DEFAULT.name(), STORE.name()), ("tenant", ""));
        assert_eq!(STORE.get(), None);
    });
}

#[test]
fn ls_11_run_restores_though_the_store_was_the_same() {
    // Node: then it calls straight through, and what is entered inside leaks; here: it always restores.
    checked(|_| {
        STORE.run(1, || {
            STORE.run(1, || STORE.enter_with(2));
            assert_eq!(STORE.get(), Some(1));
        });
    });
}

#[test]
fn ls_12_a_snapshot_shows_what_it_was_taken_under() {
    checked(|_| {
        let snapshot = STORE.run(123, async_hooks::snapshot);
        let seen = STORE.run(321, || snapshot.run(|| STORE.get()));
        assert_eq!(seen, Some(123));
    });
}

#[test]
fn ls_14_snapshots_and_bound_closures_pass_on_and_restore_at_each_call() {
    checked(|_| {
        let bound = STORE.run(1, || {
            async_hooks::bind!(move |n: u32| STORE.get().map(|store| store + n))
        });
        let snapshot = STORE.run(1, async_hooks::snapshot);
        STORE.run(2, || {
            assert_eq!((bound(10), bound(20)), (Some(11), Some(21)));
            assert_eq!(snapshot.run(|| STORE.get()), Some(1));
            assert!(panics(|| snapshot.run(|| panic!("boom"))));
            assert_eq!(STORE.get(), Some(2));
        });
    });
}

#[test]
fn ls_15_disable_ends_every_store_everywhere_and_none_comes_back() {
    // Node: only the current frame loses its store, and snapshots keep theirs; here: an end for all.
    checked(|_| {
        let storage = Storage::new();
        let snapshot = storage.run(1, async_hooks::snapshot);
        storage.run(2, || storage.disable());
        assert_eq!(snapshot.run(|| storage.get()), None);
        storage.enter_with(3);
        assert_eq!(storage.get(), Some(3));
        assert_eq!(snapshot.run(|| storage.get()), None);
    });
}

#[test]
fn ls_17_what_is_entered_inside_exit_is_undone_by_its_end() {
    checked(|_| {
        STORE.run(1, || {
            STORE.exit(|| {
                STORE.enter_with(2);
                assert_eq!(STORE.get(), Some(2));
            });
            assert_eq!(STORE.get(), Some(1));
        });
    });
}

#[test]
fn ls_18_a_storage_may_be_dropped_while_a_timer_holds_its_store() {
    checked(|_| {
        let (fifo, store) = (Fifo::new(), Arc::new(()));
        let storage = AsyncLocalStorage::new();
        let timer = storage.run(store.clone(), || fifo.interval(SECOND, || ()));
        drop(storage);
        fifo.advance(SECOND);
        assert_eq!(Arc::strong_count(&store), 2);
        timer.cancel();
        assert_eq!(Arc::strong_count(&store), 1);
    });
}

#[test]
fn ls_20_a_storage_may_refuse_to_be_inherited() {
    // Node: for a while, a predicate could refuse some types of resources; here: a policy of the storage, for all.
    static OWN: Storage = Storage::builder().inherit(Inherit::Never).build();
    checked(|_| {
        let fifo = Fifo::new();
        let (task, inherited) = OWN.run(1, || {
            let task = fifo.spawn(async { (OWN.get(), STORE.get()) });
            (task, OWN.get())
        });
        let both = STORE
            .run::<_, async_hooks::Value>(2, || fifo.spawn(async { (OWN.get(), STORE.get()) }));
        fifo.run();
        assert_eq!(inherited, Some(1));
        assert_eq!(task.take(), Some((None, None)));
        assert_eq!(both.take(), Some((None, Some(2))));
    });
}

#[test]
fn ls_21_entering_a_store_tells_nobody() {
    // Node: for a while, a callback received each change; here: there is none, and hooks receive nothing either.
    checked(|collector| {
        STORE.run(1, || STORE.exit(|| STORE.enter_with(2)));
        drop(STORE.with_scope(3));
        assert!(collector.events().is_empty());
    });
}

#[test]
fn ls_22_hooks_see_the_stores_of_each_scope_that_is_entered() {
    // Node: an unreleased channel reports switches of frames; here: before and after run with the stores of the scope.
    checked(|_| {
        let notes = Notes::new();
        let look = |what: &'static str| {
            let notes = notes.clone();
            move |_| notes.add(format!("{what} {:?}", STORE.get()))
        };
        enable(Hooks::builder().before(look("before")).after(look("after")));
        let resource = STORE.run(1, || AsyncResource::new("A"));
        STORE.run(2, || resource.run_in_async_scope(|| STORE.enter_with(3)));
        assert_eq!(notes.take(), ["before Some(1)", "after Some(3)"]);
    });
}

#[test]
fn ls_23_storages_come_and_go_without_an_effect_on_others() {
    checked(|_| {
        let calls = AtomicUsize::new(0);
        let run = |storage: &Storage| {
            let resource = storage.run(1, || AsyncResource::new("A"));
            resource.run_in_async_scope(|| assert_eq!(storage.get(), Some(1)));
            calls.fetch_add(1, Relaxed);
        };
        let (first, second) = (Storage::new(), Storage::new());
        run(&first);
        first.disable();
        run(&second);
        second.disable();
        drop((first, second));
        run(&Storage::new());
        assert_eq!(calls.load(Relaxed), 3);
    });
}

#[test]
fn ls_25_enter_with_does_not_stack() {
    checked(|_| {
        STORE.enter_with(1);
        STORE.enter_with(2);
        STORE.exit(|| assert_eq!(STORE.get(), None));
        assert_eq!((STORE.get(), OTHER.get()), (Some(2), None));
    });
}
