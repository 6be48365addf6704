//! Storages that spawned work does not inherit: what does not show is neither read nor freed too early.

use std::thread;

use ah_core::{frame::Frame, prelude::*};
use ah_storage::{Inherit, snapshot};

use crate::{
    FEW,
    support::{Live, Storage, block_on, case, look, yield_now},
};

/// Runs a case as [`case`] does, with a storage that is not inherited and one that is.
fn case_of_never(f: impl FnOnce(&Storage, &Storage, &Live) + Send) {
    let never = Storage::builder().inherit(Inherit::Never).build();
    case(|a, _, live| f(&never, a, live));
}

#[test]
fn a_store_that_is_left_out_is_neither_kept_nor_seen() {
    case_of_never(|never, a, live| {
        let frame = never.run(live.value(1), || a.run(live.value(2), Frame::capture));
        for _ in 0..3 {
            frame.run(|| {
                assert_eq!((look(never), look(a)), (None, Some(2)));
                assert_eq!(look(never), None);
            });
        }
        assert_eq!(live.count(), 1, "what is left out is not kept");
        frame.run_once(|| {
            a.enter_with(live.value(3)); // what it was captured with goes, but for what is hidden
            assert_eq!((look(never), look(a)), (None, Some(3)));
        });
    });
}

#[test]
fn another_current_store_is_compared_with_the_captured_one() {
    case_of_never(|never, a, live| {
        let frame = never.run(live.value(1), Frame::capture);
        never.run(live.value(2), || {
            for number in 0..FEW / 10 {
                frame.run(|| {
                    assert_eq!(look(never), None);
                    a.enter_with(live.value(number));
                });
                never.enter_with(live.value(3 + number));
                assert_eq!(look(never), Some(3 + number));
            }
        });
    });
}

#[test]
fn a_store_shows_where_it_is_current_though_its_entry_was_made_anew() {
    case_of_never(|never, a, live| {
        never.run(live.value(1), || {
            let frame = Frame::capture();
            let guard = a.with_scope(live.value(2));
            never.with(|lent| {
                drop(guard);
                frame.run(|| {
                    assert_eq!((look(never), look(a)), (Some(1), None));
                    never.enter_with(live.value(4));
                    assert_eq!(look(never), Some(4));
                });
                assert_eq!(lent.unwrap().look(), 1);
            });
            assert_eq!(look(never), Some(1));
        });
    });
}

#[test]
fn frames_are_entered_and_left_while_the_hidden_store_is_lent() {
    case_of_never(|never, a, live| {
        never.run(live.value(1), || {
            never.with(|lent| {
                let frame = Frame::capture();
                never.enter_with(live.value(2));
                frame.run_once(|| {
                    assert_eq!(look(never), None);
                    a.enter_with(live.value(3));
                    never.run(live.value(4), || assert_eq!(look(never), Some(4)));
                });
                assert_eq!(lent.unwrap().look(), 1);
            });
            assert_eq!(look(never), Some(2));
        });
    });
}

#[test]
fn a_future_hides_a_store_elsewhere_and_shows_it_at_home() {
    case_of_never(|never, a, live| {
        let future = never.run::<_, ah_core::Value>(live.value(1), || {
            async {
                for _ in 0..3 {
                    assert_eq!(look(never), None);
                    a.enter_with(live.value(2));
                    yield_now().await;
                }
            }
            .in_current_context()
        });
        thread::scope(|scope| {
            scope.spawn(|| never.run(live.value(3), || block_on(future)));
        });
        never.run(live.value(4), || {
            let looks = async {
                assert_eq!(look(never), Some(4));
                yield_now().await;
                assert_eq!(look(never), Some(4));
            };
            block_on(looks.in_current_context());
        });
    });
}

#[test]
fn threads_enter_a_frame_that_hides_a_store() {
    case_of_never(|never, a, live| {
        let shared = never.run(live.value(1), || a.run(live.value(2), snapshot));
        thread::scope(|scope| {
            for number in 0..4 {
                let shared = &shared;
                scope.spawn(move || {
                    never.run(live.value(number), || {
                        for _ in 0..FEW / 10 {
                            shared.run(|| assert_eq!((look(never), look(a)), (None, Some(2))));
                            assert_eq!(look(never), Some(number));
                        }
                    });
                });
            }
        });
    });
}
