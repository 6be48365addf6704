//! Rule 1: ids.

use std::collections::HashSet;

use async_hooks::{AsyncId, AsyncResource, Env, Hooks, Interest, Task, embedder, prelude::*};

use crate::support::{Log, ids, in_env};

fn next_id() -> u64 {
    AsyncResource::new("A").async_id().get()
}

fn ids_of_a_thread() -> Vec<u64> {
    (0..3_000).map(|_| next_id()).collect()
}

fn are_rising(ids: &[u64]) -> bool {
    ids.windows(2).all(|pair| pair[0] < pair[1])
}

#[test]
fn an_environment_hands_out_ids_from_2_one_by_one() {
    in_env(|| assert_eq!([next_id(), next_id(), next_id()], [2, 3, 4]));
}

#[test]
fn all_kinds_of_resources_take_theirs_from_the_same_row() {
    in_env(|| {
        let _listening = Log::start();
        assert_eq!(AsyncResource::new("A").async_id(), 2);
        assert_eq!(Task::new(async {}).async_id(), 3);
        assert_eq!(async {}.traced("F").async_id(), Some(AsyncId::from(4)));
        assert_eq!(embedder::new_async_id(), 5);
        assert_eq!(async_hooks::thread::spawn(ids).join().unwrap(), (6, 1));
    });
}

#[test]
fn ids_are_never_reused() {
    in_env(|| {
        let _listening = Log::start();
        let ids: HashSet<u64> = (0..100).map(|_| next_id()).collect();
        assert_eq!(ids.len(), 100);
    });
}

#[test]
fn ids_of_an_environment_are_unique_over_threads_and_rise_on_each() {
    let threads = 4;
    let env = Env::new();
    let ids = std::thread::scope(|scope| {
        let spawned: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| env.run(ids_of_a_thread)))
            .collect();
        spawned
            .into_iter()
            .flat_map(|thread| {
                let ids = thread.join().unwrap();
                assert!(are_rising(&ids));
                ids
            })
            .collect::<HashSet<u64>>()
    });
    assert_eq!(ids, (2..2 + threads * 3_000).collect());
}

#[test]
fn ids_of_the_global_environment_are_unique_over_threads_and_rise_on_each() {
    let spawned: Vec<_> = (0..4)
        .map(|_| std::thread::spawn(ids_of_a_thread))
        .collect();
    let mut all = HashSet::new();
    for thread in spawned {
        let ids = thread.join().unwrap();
        assert!(are_rising(&ids));
        assert!(ids[0] >= 2);
        assert!(ids.into_iter().all(|id| all.insert(id)));
    }
}

#[test]
fn outside_of_any_scope_a_thread_is_in_the_root() {
    assert_eq!(ids(), (1, 0));
    assert_eq!(std::thread::spawn(ids).join().unwrap(), (1, 0));
}

#[test]
fn the_threads_of_a_foreign_runtime_are_in_the_root_its_blocking_ones_included() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let (task, blocking) = runtime.block_on(async {
        let task = tokio::spawn(async { ids() });
        let blocking = tokio::task::spawn_blocking(ids);
        (task.await.unwrap(), blocking.await.unwrap())
    });
    assert_eq!(task, (1, 0));
    assert_eq!(blocking, (1, 0));
}

#[test]
fn a_thread_that_an_embedder_calls_a_worker_has_ids_0() {
    std::thread::spawn(|| {
        embedder::set_worker_thread();
        assert_eq!(ids(), (0, 0));
        let resource = AsyncResource::new("A");
        assert_eq!(resource.trigger_async_id(), 0);
        resource.run_in_async_scope(|| assert_eq!(ids().1, 0));
        assert_eq!(ids(), (0, 0));
    })
    .join()
    .unwrap();
}

#[test]
fn a_worker_thread_is_in_the_root_of_an_environment_inside_of_it() {
    std::thread::spawn(|| {
        embedder::set_worker_thread();
        assert_eq!(in_env(ids), (1, 0));
        assert_eq!(ids(), (0, 0));
    })
    .join()
    .unwrap();
}

#[test]
fn within_a_scope_a_thread_is_not_called_a_worker() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| {
            embedder::set_worker_thread();
            assert_eq!(ids(), (2, 1));
        });
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn an_embedder_runs_something_in_the_root_or_as_a_worker() {
    in_env(|| {
        AsyncResource::new("A").run_in_async_scope(|| {
            assert_eq!(embedder::run_in_root(ids), (1, 0));
            assert_eq!(embedder::run_in_worker(ids), (0, 0));
            assert_eq!(ids(), (2, 1));
        });
    });
}

#[test]
fn destroy_callbacks_see_0() {
    in_env(|| {
        let log = Log::new();
        let noting = log.clone();
        let hooks = Hooks::builder().destroy(move |_| noting.note(format!("{:?}", ids())));
        async_hooks::create_hook(hooks.build()).enable();
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["(0, 0)"]);
    });
}

#[test]
fn a_number_makes_an_id_and_comes_back() {
    assert_eq!(AsyncId::new(7).map(AsyncId::get), Some(7));
    assert_eq!(u64::from(AsyncId::from(7)), 7);
    assert_eq!((AsyncId::NONE.get(), AsyncId::ROOT.get()), (0, 1));
    assert_eq!(AsyncId::MAX.get(), 9_007_199_254_740_991);
    assert_eq!(AsyncId::from(7).to_string(), "7");
}

#[test]
fn a_hook_alone_takes_no_id() {
    in_env(|| {
        Log::new().hook(Interest::new()).enable();
        assert_eq!(next_id(), 2);
    });
}
