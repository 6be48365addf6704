//! What is alive, each thing once.

use std::{
    future::Future as _,
    pin::pin,
    task::{Context, Poll, Waker},
};

use ah_inspect::{Recorder, Settings, State};
use async_hooks::{AsyncLocalStorage, AsyncResource, Task, prelude::*, traced};

use crate::recorded::{Recorded, alive, one};

static TENANT: AsyncLocalStorage<&str> =
    AsyncLocalStorage::builder().name("tenant").shown().build();
static SECRET: AsyncLocalStorage<&str> = AsyncLocalStorage::builder().name("secret").build();

#[traced]
async fn load() {
    std::future::pending::<()>().await;
}

#[test]
fn a_resource_is_alive_from_its_creation_to_its_drop() {
    let recorded = Recorded::start();
    assert_eq!(alive("Query"), []);
    let query = AsyncResource::new("Query");
    let shown = one("Query");
    assert_eq!(
        (shown.id, shown.trigger, shown.state),
        (query.async_id().get(), 1, State::New)
    );
    assert!(shown.place.unwrap().file().ends_with("tables.rs"));
    query.run_in_async_scope(|| assert_eq!(one("Query").state, State::Polled));
    assert_eq!(
        (one("Query").state, one("Query").polls),
        (State::Waiting, 1)
    );
    drop(query);
    assert_eq!(alive("Query"), []);
    drop(recorded);
}

#[test]
fn a_task_is_named_for_its_future() {
    let _recorded = Recorded::start();
    let task = Task::new(load());
    let shown = one("TASK");
    assert_eq!(
        (shown.function, shown.state, shown.is_promise),
        ("load", State::New, false)
    );
    drop(task);
    assert_eq!(alive("TASK"), []);
}

#[test]
fn what_is_carried_is_shown_as_its_storage_says() {
    let _recorded = Recorded::start();
    let query = TENANT.run("acme", || {
        SECRET.run("hunter2", || AsyncResource::new("Query"))
    });
    let shown = one("Query");
    let stores: Vec<_> = shown
        .stores
        .iter()
        .map(|store| (store.name, store.text.as_deref()))
        .collect();
    assert_eq!(stores, [("secret", None), ("tenant", Some("acme"))]);
    assert!(
        shown
            .stores
            .iter()
            .all(|store| store.set_at.unwrap().file().ends_with("tables.rs"))
    );
    let why = ah_inspect::why(query.async_id()).unwrap();
    assert!(why.contains("It carries tenant=acme secret=●●●."), "{why}");
    for text in [
        ah_inspect::ps(),
        ah_inspect::pstree(),
        ah_inspect::why(query.async_id()).unwrap(),
    ] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn an_exited_storage_is_shown_as_exited() {
    let _recorded = Recorded::start();
    let _query = TENANT.run("acme", || TENANT.exit(|| AsyncResource::new("Query")));
    let store = &one("Query").stores[0];
    assert_eq!(
        (store.name, store.text.as_deref(), store.is_exited),
        ("tenant", None, true)
    );
}

#[test]
fn stores_entered_without_an_end_are_carried() {
    let _recorded = Recorded::start();
    let outer = AsyncResource::new("Outer");
    let query = outer.run_in_async_scope(|| {
        TENANT.enter_with("acme");
        let acme = AsyncResource::new("Query");
        TENANT.enter_with("globex");
        (acme, AsyncResource::new("Query"))
    });
    let texts = |at: usize| alive("Query")[at].stores[0].text.clone().unwrap();
    assert_eq!(
        (texts(0), texts(1)),
        ("acme".to_owned(), "globex".to_owned())
    );
    drop(query);
}

#[test]
fn a_tracked_future_is_alive_until_it_is_dropped() {
    let _recorded = Recorded::start();
    let mut future = Box::pin(async {}.traced("Future"));
    assert_eq!(one("Future").state, State::New);
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(future.as_mut().poll(&mut cx), Poll::Ready(()));
    assert_eq!(one("Future").state, State::Finished);
    drop(future);
    assert_eq!(alive("Future"), []);
}

#[test]
fn a_display_that_panics_or_creates_is_the_users_own_affair() {
    struct Odd(bool);
    impl std::fmt::Display for Odd {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            let _made = AsyncResource::new("Made");
            assert!(!self.0, "as it was asked to");
            f.write_str("odd\n\u{1b}[31m")
        }
    }
    static ODD: AsyncLocalStorage<Odd> = AsyncLocalStorage::builder().name("odd").shown().build();
    let _recorded = Recorded::start();
    let _quiet = ODD.run(Odd(false), || AsyncResource::new("Quiet"));
    assert_eq!(one("Quiet").stores[0].text.as_deref(), Some("odd··[31m"));
    let _loud = ODD.run(Odd(true), || AsyncResource::new("Loud"));
    assert_eq!(one("Loud").stores, []);
    assert_eq!(alive("Made"), []);
}

#[test]
fn one_recorder_at_a_time() {
    let recorded = Recorded::start();
    let error = Recorder::start(&Settings::default()).unwrap_err();
    assert!(error.to_string().contains("recorded already"), "{error}");
    assert!(Recorder::attach().is_some());
    drop(recorded);
}

#[test]
fn what_lived_before_the_start_is_not_alive_and_no_ghost() {
    let mut recorded = Recorded::start();
    recorded.stop();
    let before = AsyncResource::new("Before");
    recorded.start_again();
    before.run_in_async_scope(|| ());
    assert_eq!(alive("Before"), []);
    drop(before);
    let recording = recorded.stop();
    assert!(
        recording
            .tasks()
            .iter()
            .all(|task| task.destroyed().is_some()),
        "{recording:?}"
    );
}

#[test]
fn a_filter_by_type_shows_no_ghost_of_another() {
    let recorded = Recorded::start();
    let (query, other) = (AsyncResource::new("Query"), AsyncResource::new("Other"));
    recorded
        .recorder()
        .set_filter(&"types=Query".parse().unwrap());
    assert_eq!((alive("Query").len(), alive("Other").len()), (1, 0));
    drop(other); // not received
    recorded.recorder().set_filter(&"".parse().unwrap());
    assert_eq!((alive("Query").len(), alive("Other").len()), (1, 0));
    drop(query);
    assert_eq!(ah_inspect::alive(), []);
}

#[test]
fn polls_can_be_left_out() {
    let _recorded = Recorded::filtered("polls=off");
    let query = AsyncResource::new("Query");
    query.run_in_async_scope(|| ());
    assert_eq!(one("Query").polls, 0);
}

#[test]
fn a_future_that_is_pinned_here_is_polled_in_its_scope() {
    let recorded = Recorded::start();
    let mut future = pin!(load());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_pending());
    let task = one("load");
    assert_eq!(
        (task.state, task.polls, task.is_promise),
        (State::Waiting, 1, true)
    );
    let recording = recorded.recorder().take();
    assert_eq!(recording.task(task.id).unwrap().polls().len(), 1);
}

#[test]
fn a_method_of_an_annotated_type_runs_in_its_scope() {
    #[async_hooks::async_resource("DBQuery")]
    struct Query;

    #[async_hooks::async_resource]
    impl Query {
        fn new() -> Self {
            Self {}
        }

        pub(crate) async fn run(&self) {
            std::future::pending::<()>().await;
        }
    }

    let _recorded = Recorded::start();
    let query = Query::new();
    let mut future = pin!(query.run());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_pending());
    assert_eq!(one("DBQuery").polls, 1);
}

#[test]
fn another_environment_is_not_recorded() {
    use async_hooks::Env;
    let recorded = Recorded::start();
    let query = AsyncResource::new("Query");
    let elsewhere = Env::new().run(|| {
        let mut task = Box::pin(Task::new(load()));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(task.as_mut().poll(&mut cx).is_pending());
        (AsyncResource::new("Elsewhere"), task)
    });
    assert_eq!((alive("Elsewhere").len(), alive("TASK").len()), (0, 0));
    drop(elsewhere);
    assert_eq!(one("Query").id, query.async_id().get());
    drop(recorded);

    Env::new().run(|| {
        let _recorded = Recorded::start();
        let _query = AsyncResource::new("Query");
        assert_eq!(one("Query").id, 2);
        let _outside = async_hooks::thread::spawn(|| ()).join(); // carries the environment
        assert_eq!(ah_inspect::lost().len(), 0);
    });
}
