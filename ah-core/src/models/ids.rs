//! Ids are taken on several threads.

use crate::{
    embedder::new_async_id,
    env::Env,
    sync::of_loom::{model, spawn},
};

fn take_three() -> [u64; 3] {
    let ids = [(); 3].map(|()| new_async_id().get());
    assert!(ids.is_sorted(), "they rise on one thread");
    ids
}

fn assert_distinct(ids: impl IntoIterator<Item = u64>) {
    let mut ids: Vec<_> = ids.into_iter().collect();
    ids.sort_unstable();
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
}

/// Two use up their blocks, of two ids here, and take the next ones at once.
/// 4 preemptions: 620 interleavings, 0.1 s.
#[test]
fn ids_in_blocks_are_taken_once() {
    model(4, || {
        let others = [(); 2].map(|()| spawn(take_three));
        let own = take_three();
        let others = others.map(|other| other.join().unwrap());
        assert_distinct(others.into_iter().flatten().chain(own));
    });
}

/// Two take the ids of one environment that hands them out one by one.
/// 4 preemptions: 660 interleavings, 0.1 s.
#[test]
fn ids_one_by_one_are_taken_once() {
    model(4, || {
        let env = Env::new();
        let of_other = env.clone();
        let other = spawn(move || of_other.run(take_three));
        let own = env.run(take_three);
        assert_distinct(other.join().unwrap().into_iter().chain(own));
    });
}
