//! What the error sink receives from storages: the reports of rule 5.11. A binary of its own, since the sink is the
//! process's.

use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use ah_testing::CheckedEnv;
use async_hooks::{AsyncLocalStorage, AsyncResource, EngineError};

type Storage = AsyncLocalStorage<u32>;

#[derive(Clone, Debug, PartialEq)]
enum Report {
    OutOfOrder,
    Elsewhere,
    Other(String),
}

static HEARD: Mutex<Vec<Report>> = Mutex::new(Vec::new());

fn heard() -> MutexGuard<'static, Vec<Report>> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hear(error: &EngineError<'_>) {
    heard().push(match error {
        EngineError::GuardOutOfOrder => Report::OutOfOrder,
        EngineError::GuardElsewhere => Report::Elsewhere,
        other => Report::Other(other.to_string()),
    });
}

/// What is reported while `body` runs. One test at a time: there is one sink.
fn reports(body: impl FnOnce()) -> Vec<Report> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    static LISTEN: Once = Once::new();
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    LISTEN.call_once(|| async_hooks::set_error_sink(hear));
    heard().clear();
    CheckedEnv::new().run(body);
    std::mem::take(&mut heard())
}

#[test]
fn guards_dropped_in_order_are_not_reported() {
    static A: Storage = Storage::new();
    let reports = reports(|| {
        let first = A.with_scope(1);
        let second = A.with_scope(2);
        drop(second);
        drop(first);
    });
    assert_eq!(reports, []);
}

#[test]
fn a_guard_dropped_before_a_later_one_is_reported_once() {
    static A: Storage = Storage::new();
    let reports = reports(|| {
        let first = A.with_scope(1);
        let second = A.with_scope(2);
        drop(first);
        drop(second);
    });
    assert_eq!(reports, [Report::OutOfOrder]);
}

#[test]
fn a_guard_dropped_inside_a_later_run_is_reported_once() {
    static A: Storage = Storage::new();
    let reports = reports(|| {
        let guard = A.with_scope(1);
        A.run(2, || drop(guard));
    });
    assert_eq!(reports, [Report::OutOfOrder]);
}

#[test]
fn guards_of_different_storages_have_no_order() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let reports = reports(|| {
        drop((A.with_scope(1), B.with_scope(2)));
        drop(vec![A.with_scope(1), B.with_scope(2)]);
        let outer = A.with_scope(3);
        B.run(4, || drop(outer));
        assert_eq!((A.get(), B.get()), (None, None));
    });
    assert_eq!(reports, []);
}

#[test]
fn a_guard_dropped_before_a_later_one_of_its_storage_is_reported_whatever_lies_between() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let reports = reports(|| {
        let first = A.with_scope(1);
        let between = B.with_scope(2);
        let last = A.with_scope(3);
        let top = B.with_scope(4);
        drop(first);
        drop((between, last, top));
    });
    assert_eq!(
        reports,
        [Report::OutOfOrder, Report::OutOfOrder],
        "A's first, and B's first"
    );
}

#[test]
fn a_guard_over_which_its_own_storage_was_entered_is_not_reported() {
    static A: Storage = Storage::new();
    let reports = reports(|| {
        let guard = A.with_scope(1);
        A.enter_with(2);
        drop(guard);
    });
    assert_eq!(reports, []);
}

#[test]
fn a_guard_over_which_another_storage_was_entered_is_not_reported() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let reports = reports(|| {
        let guard = A.with_scope(1);
        B.enter_with(2);
        drop(guard);
    });
    assert_eq!(reports, [], "it was dropped in order");
}

#[test]
fn a_run_over_which_another_storage_was_entered_is_not_reported() {
    static A: Storage = Storage::new();
    static B: Storage = Storage::new();
    let reports = reports(|| A.run(1, || A.exit(|| B.enter_with(2))));
    assert_eq!(reports, []);
}

#[test]
fn a_guard_whose_frame_was_dropped_is_not_reported() {
    static A: Storage = Storage::new();
    let reports = reports(|| {
        let guard = AsyncResource::new("R").run_in_async_scope(|| A.with_scope(1));
        drop(guard);
    });
    assert_eq!(reports, []);
}

#[test]
fn a_guard_that_a_run_of_its_storage_ended_is_not_reported() {
    static A: Storage = Storage::new();
    let reports = reports(|| drop(A.run(1, || A.with_scope(2))));
    assert_eq!(reports, []);
}

#[test]
fn a_guard_dropped_under_detached_is_not_reported() {
    static A: Storage = Storage::new();
    let reports = reports(|| {
        let guard = A.with_scope(1);
        async_hooks::detached(|| drop(guard));
        assert_eq!(A.get(), None);
    });
    assert_eq!(reports, []);
}

#[test]
fn a_guard_dropped_while_its_thread_ends_is_harmless() {
    struct Late(Option<async_hooks::ScopeGuard>);
    impl Drop for Late {
        fn drop(&mut self) {
            self.0 = None;
        }
    }
    static A: Storage = Storage::new();
    let reports = reports(|| {
        let thread = std::thread::spawn(|| {
            thread_local! {
                static LATE: std::cell::RefCell<Late> = const { std::cell::RefCell::new(Late(None)) };
            }
            LATE.with_borrow_mut(|late| late.0 = Some(A.with_scope(1)));
        });
        thread.join().unwrap();
    });
    let unexpected = reports.iter().filter(|one| matches!(one, Report::Other(_)));
    assert_eq!(unexpected.count(), 0);
    assert_eq!(A.get(), None);
}

#[test]
fn enter_with_on_a_thread_that_is_ending_drops_its_store_and_is_reported() {
    struct Enters;
    impl Drop for Enters {
        fn drop(&mut self) {
            A.enter_with(1);
            assert_eq!(A.get(), None);
        }
    }
    thread_local! {
        static ENTERS: Enters = const { Enters };
    }
    static A: Storage = Storage::new();
    let reports = reports(|| {
        let thread = std::thread::spawn(|| {
            ENTERS.with(|_| ()); // registered first, so dropped last
            A.run(1, || ());
            A.enter_with(2);
        });
        thread.join().unwrap();
    });
    assert_eq!(
        reports,
        [Report::Other(EngineError::ThreadIsEnding.to_string())]
    );
}
