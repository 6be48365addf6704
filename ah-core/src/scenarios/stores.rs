//! Stores in frames that go from thread to thread.

use std::pin::Pin;

use super::support::{Counted, HandOver, Live, on_threads, scenario};
use crate::{
    frame::{Frame, Framed, Key, Lookup},
    sync::of_shuttle::below,
};

const STORAGES: usize = 6;

/// Six are enough for an index of a frame that has them all.
static STORES: [Key<Counted>; STORAGES] = [const { Key::new() }; STORAGES];

fn look(store: usize) -> Option<usize> {
    STORES[store].with(|lookup| match lookup {
        Lookup::Set(counted) => Some(counted.look()),
        _ => None,
    })
}

/// Runs `f` with a store of each storage from this one on: the number of the storage, beside that of the thread.
fn run_with_all(from: usize, live: &Live, number: usize, f: &dyn Fn()) {
    match STORES.get(from) {
        None => f(),
        Some(storage) => storage.run(live.one(number + from), || {
            run_with_all(from + 1, live, number, f);
        }),
    }
}

/// Four create frames of six stores each, hand them over, and look for the stores of each other's.
#[test]
fn each_finds_all_stores_of_the_frames_of_others() {
    scenario(20_000, |live| {
        let frames: HandOver<(usize, Frame)> = HandOver::new();
        on_threads(|number| {
            let (live, frames, number) = (live.clone(), frames.clone(), number * 10);
            move || {
                run_with_all(0, &live, number, &|| {
                    for _ in 0..2 {
                        frames.put((number, Frame::capture()));
                    }
                });
                for _ in 0..2 {
                    if let Some((number, frame)) = frames.take() {
                        frame.run(|| {
                            for store in [0, 1, 0, 1] {
                                assert_eq!(look(store), Some(number + store));
                            }
                        });
                    }
                }
            }
        });
        frames.clear();
    });
}

/// A future that carries a store: which one, it is polled with.
struct Carrying {
    number: usize,
    future: Framed<()>,
}

impl Carrying {
    fn new(live: &Live, number: usize) -> Self {
        let future = STORES[0].frame(live.one(number), ());
        Self { number, future }
    }

    /// Looks at the store, and may replace it for the next poll. Returns a frame from inside.
    fn poll(&mut self, live: &Live) -> Frame {
        let number = &mut self.number;
        Pin::new(&mut self.future).run(|_| {
            assert_eq!(look(0), Some(*number));
            let captured = Frame::capture();
            if below(2) == 0 {
                *number += 1;
                STORES[0].enter(live.one(*number));
            }
            captured
        })
    }
}

/// Four poll futures that go from one to the other, and keep frames from inside.
#[test]
fn futures_keep_their_stores_on_whatever_thread_they_are_polled() {
    scenario(20_000, |live| {
        let futures = HandOver::new();
        on_threads(|number| {
            let (live, futures) = (live.clone(), futures.clone());
            move || {
                futures.put(Carrying::new(&live, number * 100));
                for _ in 0..3 {
                    if let Some(mut carrying) = futures.take() {
                        let number = carrying.number;
                        let frame = carrying.poll(&live);
                        futures.put(carrying);
                        frame.run(|| assert_eq!(look(0), Some(number)));
                    }
                }
            }
        });
        futures.clear();
    });
}

/// Four use and disable two storages: what a thread has disabled stays so, and nobody sees the store of another storage.
#[test]
fn what_was_disabled_is_seen_by_nobody() {
    scenario(20_000, |live| {
        on_threads(|number| {
            let live = live.clone();
            move || {
                let mut ended: [Vec<Frame>; 2] = [Vec::new(), Vec::new()];
                for _ in 0..3 {
                    let storage = below(2);
                    let number = number * 10 + storage;
                    let frame = STORES[storage].run(live.one(number), Frame::capture);
                    let seen = frame.run(|| look(storage));
                    assert!(seen.is_none_or(|seen| seen == number));
                    if below(2) == 0 {
                        STORES[storage].disable();
                        ended[storage].push(frame);
                    }
                    for frame in &ended[storage] {
                        assert_eq!(frame.run(|| look(storage)), None);
                    }
                }
            }
        });
    });
}
