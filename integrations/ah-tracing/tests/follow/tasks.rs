//! Tasks of all three tiers: spawned by `ah_tokio`, by a runtime with hooks, and by plain tokio.

use tracing::info_span;

use crate::{
    locale::within,
    seen::{NOTHING, REQUEST, Seen, USER, here},
    support::{in_a_request, on_runtimes, traced},
};

#[test]
fn a_request_has_all() {
    in_a_request(|_| async { assert_eq!(here(), REQUEST) });
}

#[test]
fn a_task_of_ah_tokio() {
    in_a_request(|_| async {
        let task = ah_tokio::spawn(async {
            let first = here();
            tokio::task::yield_now().await;
            (first, here())
        });
        assert_eq!(task.await.expect("it does not panic"), (REQUEST, REQUEST));
    });
}

#[test]
fn a_plain_task_of_a_traced_function() {
    in_a_request(|_| async {
        assert_eq!(
            tokio::spawn(traced()).await.expect("it does not panic"),
            REQUEST
        );
    });
}

#[test]
fn a_plain_task_of_anything() {
    in_a_request(|tasks| async move {
        let task = tokio::spawn(async {
            tokio::task::yield_now().await;
            here()
        });
        assert_eq!(task.await.expect("it does not panic"), tasks.plain(REQUEST));
    });
}

#[test]
fn plain_tasks_three_levels_deep() {
    in_a_request(|tasks| async move {
        let deep = tokio::spawn(async {
            tokio::spawn(async { tokio::spawn(async { here() }).await }).await
        });
        let seen = deep.await.and_then(|seen| seen).and_then(|seen| seen);
        assert_eq!(seen.expect("it does not panic"), tasks.plain(REQUEST));
    });
}

#[test]
fn a_join_set_and_a_local_set() {
    in_a_request(|_| async {
        let mut set = ah_tokio::task::JoinSet::new();
        set.spawn(async { here() });
        assert_eq!(
            set.join_next()
                .await
                .expect("one")
                .expect("it does not panic"),
            REQUEST
        );
        let local = ah_tokio::task::LocalSet::new();
        let seen = local.run_until(async { ah_tokio::task::spawn_local(async { here() }).await });
        assert_eq!(seen.await.expect("it does not panic"), REQUEST);
    });
}

#[test]
fn many_tasks_under_work_stealing_each_have_their_own() {
    const NAMES: [&str; 4] = ["a", "b", "c", "d"];
    on_runtimes(|_| async {
        let tasks: Vec<_> = (0..100)
            .map(|number| {
                let name = NAMES[number as usize % 4];
                let own = move || {
                    let seen = here();
                    (seen.locale, seen.store)
                };
                let work = move || {
                    ah_tokio::spawn(async move {
                        for _ in 0..16 {
                            assert_eq!(own(), (Some(name), Some(number)));
                            tokio::task::yield_now().await;
                        }
                        own()
                    })
                };
                within(name, || USER.run::<_, async_hooks::Value>(number, work))
            })
            .collect();
        for (number, task) in (0..).zip(tasks) {
            let own = (Some(NAMES[number as usize % 4]), Some(number));
            assert_eq!(task.await.expect("it does not panic"), own);
        }
    });
}

#[test]
fn where_no_store_is_set() {
    on_runtimes(|tasks| async move {
        let span = info_span!("alone");
        let alone = Seen {
            span: Some("alone"),
            ..NOTHING
        };
        let spawned = span.in_scope(|| {
            (
                ah_tokio::spawn(async { here() }),
                tokio::spawn(traced()),
                tokio::spawn(async { here() }),
            )
        });
        assert_eq!(spawned.0.await.expect("it does not panic"), alone);
        assert_eq!(spawned.1.await.expect("it does not panic"), alone);
        assert_eq!(
            spawned.2.await.expect("it does not panic"),
            tasks.plain(alone)
        );
        assert_eq!(span.in_scope(traced).await, alone);
    });
}

#[test]
fn a_locale_alone() {
    on_runtimes(|_| async {
        let task = within("fr", || {
            ah_tokio::spawn(async {
                tokio::task::yield_now().await;
                let inner = ah_tokio::spawn(async { here().locale });
                (
                    here().locale,
                    inner.await.expect("it does not panic"),
                    async_hooks::detached(here).locale,
                )
            })
        });
        let seen = task.await.expect("it does not panic");
        assert_eq!(seen, (Some("fr"), Some("fr"), None));
    });
}
