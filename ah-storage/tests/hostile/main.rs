//! Everything that replaces, strips, frees, moves away or re-enters a frame that lends `&T` to an open read.
//!
//! Runs under Miri and the address sanitizer, too: see `.ci/sanitizers`.

mod environments;
mod framed;
mod never;
mod support;

use std::{
    cell::RefCell,
    future::Future,
    pin::{Pin, pin},
    sync::{Mutex, mpsc},
    thread,
};

use ah_core::{frame::Frame, prelude::*};
use ah_storage::{AsyncLocalStorage, ScopeGuard, Snapshot, Store, detached, snapshot};
use support::{Live, Storage, Value, block_on, case, fails, look, poll, yield_now};

const FEW: u32 = if cfg!(miri) { 20 } else { 1_000 };

#[test]
fn enter_with_inside_with() {
    case(|a, _, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                for number in 2..20 {
                    a.enter_with(live.value(number));
                    assert_eq!(look(a), Some(number));
                }
                assert_eq!(lent.unwrap().look(), 1);
            });
            assert_eq!(look(a), Some(19));
        });
        assert_eq!(look(a), None);
    });
}

#[test]
fn enter_with_of_another_storage_inside_with() {
    case(|a, b, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                for number in 0..20 {
                    b.enter_with(live.value(number));
                }
                lent.unwrap().look();
                assert_eq!((look(a), look(b)), (Some(1), Some(19)));
            });
        });
        assert_eq!((look(a), look(b)), (None, Some(19)));
    });
}

/// Memory that was freed serves the next store, if it has its size.
#[test]
fn stores_of_all_sizes_and_alignments() {
    #[derive(Clone, Copy, PartialEq, Debug)]
    #[repr(align(64))]
    struct Aligned(u8);
    fn filled<const N: usize>(byte: u8, inside: &dyn Fn()) {
        let storage = AsyncLocalStorage::<[u8; N]>::new();
        storage.run([byte; N], || {
            inside();
            assert_eq!(storage.get(), Some([byte; N]));
            let kept = storage.run([byte ^ 1; N], snapshot);
            let elsewhere = thread::spawn(move || drop(kept)); // freed by another thread
            inside();
            elsewhere.join().expect("a store is dropped");
            assert_eq!(storage.get(), Some([byte; N]));
        });
    }
    fn aligned(byte: u8) {
        let storage = AsyncLocalStorage::<Aligned>::new();
        storage.run(Aligned(byte), || {
            assert_eq!(storage.get(), Some(Aligned(byte)))
        });
    }
    for byte in 0..4 {
        filled::<0>(byte, &|| {
            filled::<8>(byte + 10, &|| filled::<24>(byte + 20, &|| aligned(byte)))
        });
        filled::<25>(byte, &|| {
            filled::<23>(byte + 10, &|| filled::<1>(byte + 20, &|| aligned(byte)))
        });
        filled::<400>(byte, &|| {
            filled::<16>(byte + 10, &|| filled::<32>(byte + 20, &|| aligned(byte)))
        });
    }
}

/// What a read notes for the next one is forgotten when its chain changes: the map on top, or what a future was on top of.
#[test]
fn what_a_read_found_is_replaced_in_place() {
    case(|a, b, live| {
        a.run(live.value(0), || {
            let mut snapshots = Vec::new(); // keep what was replaced, so that a stale read would show it
            a.enter_with(live.value(0));
            for number in 1..20 {
                b.enter_with(live.value(number));
                assert_eq!((look(a), look(a)), (Some(number - 1), Some(number - 1)));
                snapshots.push(snapshot());
                a.enter_with(live.value(number));
                assert_eq!((look(a), look(a)), (Some(number), Some(number)));
                assert_eq!((look(b), look(b)), (Some(number), Some(number)));
            }
        });
    });
    case(|a, b, live| {
        let reads = async {
            for number in 0..20 {
                assert_eq!((look(a), look(a)), (Some(number), Some(number)));
                a.enter_with(live.value(number + 1));
                yield_now().await;
            }
        };
        let mut scope = None;
        a.run(live.value(0), || {
            scope = Some(b.scope(live.value(1), reads));
        });
        let mut reads = pin!(scope.expect("run calls"));
        while poll(reads.as_mut()).is_pending() {}
    });
}

#[test]
fn run_inside_with_and_enter_with_inside_that() {
    case(|a, b, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                a.run(live.value(2), || {
                    a.enter_with(live.value(3));
                    assert_eq!(look(a), Some(3));
                    b.enter_with(live.value(4));
                    lent.unwrap().look();
                });
                assert_eq!((look(a), look(b)), (Some(1), Some(4)));
                a.enter_with(live.value(5));
                lent.unwrap().look();
            });
        });
    });
}

#[test]
fn the_lent_value_is_in_an_ancestor_and_the_top_is_replaced_twice() {
    case(|a, b, live| {
        a.run(live.value(1), || {
            b.run(live.value(2), || {
                a.with(|lent| {
                    b.enter_with(live.value(3));
                    b.enter_with(live.value(4));
                    a.enter_with(live.value(5));
                    a.enter_with(live.value(6));
                    assert_eq!(lent.unwrap().look(), 1);
                });
            });
        });
    });
}

#[test]
fn guard_dropped_inside_with() {
    case(|a, _, live| {
        let guard = a.with_scope(live.value(1));
        a.with(move |lent| {
            drop(guard);
            assert_eq!(look(a), None);
            assert_eq!(lent.unwrap().look(), 1);
        });
    });
}

#[test]
fn guard_of_an_ancestor_dropped_and_then_replaced() {
    case(|a, b, live| {
        a.run(live.value(1), || {
            let guard = b.with_scope(live.value(2));
            a.with(move |lent| {
                drop(guard);
                a.enter_with(live.value(3));
                a.enter_with(live.value(4));
                assert_eq!(lent.unwrap().look(), 1);
            });
        });
    });
}

#[test]
fn guards_dropped_in_field_order() {
    case(|a, b, live| {
        struct Two {
            _first: ScopeGuard,
            _second: ScopeGuard,
        }
        let two = Two {
            _first: a.with_scope(live.value(1)),
            _second: b.with_scope(live.value(2)),
        };
        a.with(move |first| {
            b.with(move |second| {
                drop(two);
                first.unwrap().look();
                second.unwrap().look();
            });
        });
        assert_eq!((look(a), look(b)), (None, None));
    });
}

#[test]
fn guard_dropped_in_a_later_run() {
    case(|a, _, live| {
        let guard = a.with_scope(live.value(1));
        a.run(live.value(2), || {
            drop(guard);
            assert_eq!(look(a), Some(2));
        });
        assert_eq!(look(a), None);
    });
}

#[test]
fn guard_dropped_under_another_frame() {
    case(|a, _, live| {
        let guard = a.with_scope(live.value(1));
        let here = Frame::capture();
        detached(|| {
            here.run(|| {
                drop(guard);
                assert_eq!(look(a), Some(1), "it was captured before");
            })
        });
        assert_eq!(look(a), None);
        drop(here);
    });
}

#[test]
fn guard_dropped_inside_a_future_that_has_its_frame() {
    case(|a, _, live| {
        let guard = a.with_scope(live.value(1));
        block_on(
            async {
                drop(guard);
                assert_eq!(look(a), None);
            }
            .in_current_context(),
        );
        assert_eq!(look(a), None);
    });
}

#[test]
fn guard_returned_out_of_run() {
    case(|a, _, live| {
        let guard = a.run(live.value(1), || a.with_scope(live.value(2)));
        assert_eq!(look(a), None);
        a.run(live.value(3), || {
            drop(guard);
            assert_eq!(look(a), Some(3));
        });
    });
}

#[test]
fn guards_kept_beyond_their_run() {
    case(|a, b, live| {
        let mut kept = Vec::new();
        a.run(live.value(1), || {
            kept.push(a.with_scope(live.value(2)));
            kept.push(b.with_scope(live.value(3)));
        });
        assert_eq!((look(a), look(b)), (None, Some(3)));
        drop(kept);
        assert_eq!((look(b), live.count()), (None, 0));
    });
}

#[test]
fn nested_reads_of_two_storages() {
    case(|a, b, live| {
        a.run(live.value(1), || {
            b.run(live.value(2), || {
                a.with(|one| {
                    b.with(|two| {
                        b.enter_with(live.value(3));
                        a.enter_with(live.value(4));
                        a.with(|four| {
                            b.with(|three| {
                                a.enter_with(live.value(5));
                                b.enter_with(live.value(6));
                                for (lent, number) in [(one, 1), (two, 2), (three, 3), (four, 4)] {
                                    assert_eq!(lent.unwrap().look(), number);
                                }
                            });
                        });
                    });
                });
            });
        });
    });
}

#[test]
fn a_read_that_ends_leaves_those_around_it_open() {
    case(|a, b, live| {
        b.run(live.value(1), || {
            a.run(live.value(2), || {
                a.with(|lent| {
                    b.with(|other| {
                        a.enter_with(live.value(3)); // what is lent is in no frame any more
                        assert_eq!(other.unwrap().look(), 1);
                    });
                    assert_eq!(lent.unwrap().look(), 2);
                    a.enter_with(live.value(4));
                    assert_eq!(lent.unwrap().look(), 2);
                });
            });
        });
    });
}

/// Reads, in its `Drop`, a new store, whose entry may well be where the one that was read before has just been.
struct ReadsInDrop<'a>(Option<(&'a Storage, Value)>);

impl Drop for ReadsInDrop<'_> {
    fn drop(&mut self) {
        let Some((a, value)) = &self.0 else { return };
        a.enter_with(value.live.value(4));
        a.with(|lent| {
            a.enter_with(value.live.value(5));
            assert_eq!(lent.unwrap().look(), 4);
        });
    }
}

#[test]
fn what_goes_with_the_end_of_a_read_reads_in_turn() {
    static STORAGE: Storage = Storage::new();
    case(|_, _, live| {
        let below = AsyncLocalStorage::new();
        below.enter_with(ReadsInDrop(Some((&STORAGE, live.value(1)))));
        STORAGE.enter_with(live.value(2));
        STORAGE.with(|lent| {
            STORAGE.enter_with(live.value(3)); // the frame that is read leaves,
            below.enter_with(ReadsInDrop(None)); // and so does what it has below
            assert_eq!(lent.unwrap().look(), 2);
        });
        assert_eq!(look(&STORAGE), Some(5));
    });
}

#[test]
fn frame_sent_away_and_dropped_elsewhere_during_a_read() {
    case(|a, _, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                let frame = Frame::capture();
                a.enter_with(live.value(2));
                thread::scope(|scope| {
                    scope.spawn(|| {
                        frame.run(|| assert_eq!(look(a), Some(1)));
                        drop(frame);
                    });
                });
                lent.unwrap().look();
            });
        });
    });
}

#[test]
fn run_captured_and_dropped_elsewhere_while_its_parent_is_lent() {
    case(|a, b, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                let frame = b.run(live.value(2), || {
                    let frame = Frame::capture();
                    b.enter_with(live.value(3));
                    frame
                });
                thread::scope(|scope| scope.spawn(move || drop(frame)).join().unwrap());
                a.enter_with(live.value(4));
                lent.unwrap().look();
            });
        });
    });
}

#[test]
fn panic_in_with_after_replacing() {
    case(|a, b, live| {
        fails(|| {
            a.run(live.value(1), || {
                a.with(|lent| {
                    a.enter_with(live.value(2));
                    lent.unwrap().look();
                    b.run(live.value(3), || {
                        b.enter_with(live.value(4));
                        panic!("on purpose");
                    });
                });
            });
        });
        assert_eq!((look(a), look(b)), (None, None));
    });
}

#[test]
fn other_frames_and_disable_inside_with() {
    case(|a, _, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                let frame = snapshot();
                detached(|| {
                    a.enter_with(live.value(2));
                    lent.unwrap().look();
                });
                frame.run(|| {
                    a.enter_with(live.value(3));
                    lent.unwrap().look();
                });
                a.exit(|| {
                    assert_eq!(look(a), None);
                    a.enter_with(live.value(4));
                    lent.unwrap().look();
                });
                a.disable();
                assert_eq!(look(a), None);
                a.enter_with(live.value(5));
                assert_eq!(look(a), Some(5));
                lent.unwrap().look();
            });
        });
    });
}

/// A value whose `Clone` and `Drop` use its own storage.
struct Hostile {
    value: Value,
    depth: u32,
}

static HOSTILE: AsyncLocalStorage<Hostile> = AsyncLocalStorage::new();
static SEEN_BY_HOSTILE: Storage = Storage::new();

impl Clone for Hostile {
    fn clone(&self) -> Self {
        let new = |number, depth| Self {
            value: self.value.live.value(number),
            depth,
        };
        if self.depth > 0 {
            HOSTILE.enter_with(new(70 + self.depth, self.depth - 1));
            HOSTILE.enter_with(new(80, self.depth - 1));
            let _ = HOSTILE.get();
            self.value.look();
        }
        if self.depth == 3 {
            HOSTILE.run(new(60, 2), || {
                let _ = HOSTILE.get();
                self.value.look();
            });
        }
        new(self.value.look(), 0)
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.value.look();
        if self.depth == 0 {
            return;
        }
        HOSTILE.with(|other| _ = other.map(|other| other.value.look()));
        let live = &self.value.live;
        SEEN_BY_HOSTILE.run(live.value(50), || {
            SEEN_BY_HOSTILE.enter_with(live.value(51));
            look(&SEEN_BY_HOSTILE);
        });
    }
}

#[test]
fn clone_and_drop_that_use_the_storage() {
    case(|_, _, live| {
        HOSTILE.run(
            Hostile {
                value: live.value(1),
                depth: 3,
            },
            || {
                assert_eq!(HOSTILE.get().unwrap().value.look(), 1);
                let _ = HOSTILE.get();
            },
        );
    });
}

static PANICS_IN_CLONE: AsyncLocalStorage<PanicsInClone> = AsyncLocalStorage::new();
struct PanicsInClone(Value);

impl Clone for PanicsInClone {
    fn clone(&self) -> Self {
        PANICS_IN_CLONE.enter_with(Self(self.0.live.value(9)));
        self.0.look();
        panic!("on purpose")
    }
}

#[test]
fn clone_panics() {
    case(|_, _, live| {
        PANICS_IN_CLONE.run(PanicsInClone(live.value(1)), || {
            fails(|| drop(PANICS_IN_CLONE.get()));
            PANICS_IN_CLONE.with(|left| assert_eq!(left.unwrap().0.look(), 9));
        });
    });
}

struct PanicsInDrop(#[expect(dead_code, reason = "counts")] Value);

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic!("on purpose");
        }
    }
}

#[test]
fn drop_panics_when_a_scope_is_left() {
    case(|a, b, live| {
        let panics = AsyncLocalStorage::new();
        a.run(live.value(1), || {
            fails(|| panics.run(PanicsInDrop(live.value(2)), || b.run(live.value(3), || ())));
            assert_eq!(look(a), Some(1));
        });
    });
}

#[test]
fn drop_panics_in_the_middle_of_a_chain() {
    case(|a, _, live| {
        let panics = AsyncLocalStorage::new();
        let frame = a.run(live.value(1), || {
            panics.run(PanicsInDrop(live.value(2)), || {
                a.run(live.value(3), Frame::capture)
            })
        });
        fails(|| drop(frame));
    });
}

#[test]
fn block_on_inside_with() {
    case(|a, _, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                block_on(a.scope(live.value(2), async {
                    for number in 3..9 {
                        a.enter_with(live.value(number));
                        yield_now().await;
                        assert_eq!(look(a), Some(number));
                        a.with(|inner| {
                            a.enter_with(live.value(100));
                            inner.unwrap().look();
                        });
                    }
                }));
                lent.unwrap().look();
                assert_eq!(look(a), Some(1));
            });
        });
    });
}

#[test]
fn future_with_the_same_frame_dropped_inside_with() {
    case(|a, b, live| {
        a.run(live.value(1), || {
            let mut future = Box::pin(b.scope(live.value(2), async {
                a.with(|lent| {
                    a.enter_with(live.value(3));
                    lent.unwrap().look();
                });
                yield_now().await;
            }));
            a.with(|lent| {
                assert!(poll(future.as_mut()).is_pending());
                a.enter_with(live.value(4));
                drop(future);
                lent.unwrap().look();
            });
        });
    });
}

#[test]
fn future_half_polled_and_dropped_elsewhere() {
    case(|a, b, live| {
        let mut future = Box::pin(a.scope(live.value(1), async {
            let _local = live.value(5);
            a.enter_with(live.value(2));
            b.enter_with(live.value(3));
            yield_now().await;
        }));
        assert!(poll(future.as_mut()).is_pending());
        thread::scope(|scope| scope.spawn(move || drop(future)).join().unwrap());
    });
}

#[test]
fn future_whose_drop_reads_and_enters() {
    struct Reads<'a>(&'a Storage, &'a Live);
    impl Drop for Reads<'_> {
        fn drop(&mut self) {
            self.0.with(|lent| {
                assert_eq!(lent.unwrap().look(), 1);
                self.0.enter_with(self.1.value(9));
                lent.unwrap().look();
            });
        }
    }
    case(|a, _, live| {
        let reads = Reads(a, live);
        drop(a.scope(live.value(1), async move {
            let _reads = reads;
            yield_now().await;
        }));
    });
}

#[test]
fn poll_panics_inside_with() {
    case(|a, _, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                fails(|| {
                    block_on(a.scope(live.value(2), async {
                        a.with(|inner| {
                            a.enter_with(live.value(3));
                            inner.unwrap().look();
                            panic!("on purpose");
                        });
                    }));
                });
                lent.unwrap().look();
            });
        });
    });
}

#[test]
fn guards_across_an_await_on_one_thread_interleaved() {
    case(|a, _, live| {
        let hold = async |yields: u32, number: u32| {
            let guard = a.with_scope(live.value(number));
            for _ in 0..yields {
                yield_now().await;
            }
            drop(guard);
        };
        let (mut one, mut two) = (pin!(hold(1, 1)), pin!(hold(2, 2)));
        assert!(poll(one.as_mut()).is_pending());
        assert!(poll(two.as_mut()).is_pending());
        a.with(|lent| {
            assert!(poll(one.as_mut()).is_ready());
            lent.unwrap().look();
        });
        assert_eq!(look(a), Some(2));
        assert!(poll(two.as_mut()).is_pending());
        a.with(|lent| {
            assert!(poll(two.as_mut()).is_ready());
            lent.unwrap().look();
        });
        assert_eq!(look(a), None);
    });
}

#[test]
fn guard_whose_frame_went_with_a_future() {
    case(|a, _, live| {
        let slot: RefCell<Option<ScopeGuard>> = RefCell::new(None);
        let mut future = Box::pin(a.scope(live.value(1), async {
            *slot.borrow_mut() = Some(a.with_scope(live.value(2)));
        }));
        assert!(poll(future.as_mut()).is_ready());
        drop(future);
        a.run(live.value(3), || {
            a.with(|lent| {
                drop(slot.take());
                assert_eq!(lent.unwrap().look(), 3);
            });
            assert_eq!(look(a), Some(3));
        });
    });
}

#[test]
fn guard_meets_frames_made_on_another_thread() {
    case(|a, _, live| {
        const MANY: u32 = if cfg!(miri) { 6 } else { 50 };
        let make = || {
            (0..MANY)
                .map(|number| a.run(live.value(number), Frame::capture))
                .collect::<Vec<_>>()
        };
        let frames = thread::scope(|scope| scope.spawn(make).join().unwrap());
        for _ in 0..MANY {
            let mut guard = Some(a.with_scope(live.value(99)));
            for frame in &frames {
                let before = frame.run(|| look(a));
                frame.run(|| {
                    if before == Some(MANY / 2) {
                        guard.take();
                    }
                    assert_eq!(look(a), before, "a guard took an entry that is not its own");
                });
            }
            assert_eq!(look(a), None);
        }
    });
}

#[test]
fn a_hundred_thousand_deep() {
    case(|_, _, live| {
        let depth = if cfg!(miri) { 64 } else { 100_000 };
        let storages: Vec<Storage> = (0..depth).map(|_| Storage::new()).collect();
        let under = |frame: Frame, storage: &Storage| {
            frame.run(|| storage.run(live.value(1), Frame::capture))
        };
        let frame = storages.iter().fold(detached(Frame::capture), under);
        assert_eq!(frame.depth(), depth);
        drop(frame);
    });
}

/// What was found of a deep frame before a storage ended is looked at once again, not for each of its entries.
#[test]
fn a_deep_frame_is_captured_whenever_a_storage_has_ended() {
    case(|_, _, live| {
        let depth = if cfg!(miri) { 40 } else { 10_000 };
        let storages: Vec<Storage> = (0..depth).map(|_| Storage::new()).collect();
        let under = |frame: Frame, storage: &Storage| {
            frame.run(|| storage.run(live.value(1), Frame::capture))
        };
        let frame = storages.iter().fold(detached(Frame::capture), under);
        for number in 0..20 {
            let another = Storage::new();
            another.run(live.value(number), || ());
            drop(another);
            let captured = frame.run(Frame::capture);
            assert_eq!(captured.depth(), depth);
        }
    });
}

#[test]
fn what_is_shadowed_is_not_carried_on() {
    case(|a, b, live| {
        b.run(live.value(0), || {
            let under =
                |frame: Frame, number| frame.run(|| a.run(live.value(number), Frame::capture));
            let frame = (1..FEW).fold(Frame::capture(), under);
            assert!(frame.depth() <= 64);
            assert!(live.count() <= 65);
            frame.run(|| assert_eq!((look(a), look(b)), (Some(FEW - 1), Some(0))));
        });
    });
}

/// A value that holds the frame in which it was created.
struct Holds {
    _value: Value,
    _frame: Frame,
}

#[test]
fn stores_that_hold_the_frame_before_are_dropped_without_recursion() {
    case(|_, _, live| {
        let holds = AsyncLocalStorage::new();
        let mut frame = Frame::capture();
        let depth = if cfg!(miri) { 50 } else { 50_000 };
        for number in 0..depth {
            let value = Holds {
                _value: live.value(number),
                _frame: frame,
            };
            frame = detached(|| holds.run(value, Frame::capture));
        }
        drop(frame);
    });
}

#[test]
fn enter_with_in_a_loop_does_not_grow() {
    case(|a, _, live| {
        a.run(live.value(0), || {
            for number in 0..FEW {
                a.enter_with(live.value(number));
                assert!(live.count() <= 2);
            }
        });
    });
}

#[test]
fn enter_with_of_two_storages_in_turn_does_not_grow() {
    case(|a, b, live| {
        a.run(live.value(0), || {
            for number in 0..FEW {
                b.enter_with(live.value(number));
                a.enter_with(live.value(number));
                assert_eq!((look(a), look(b)), (Some(number), Some(number)));
                assert!(live.count() <= 3);
            }
        });
    });
}

#[test]
fn enter_with_does_not_grow_in_a_future_with_a_read_open() {
    case(|a, b, live| {
        block_on(a.scope(live.value(0), async {
            b.enter_with(live.value(1));
            a.with(|lent| {
                for number in 0..FEW {
                    a.enter_with(live.value(number));
                    b.enter_with(live.value(number));
                    assert!(live.count() <= 5);
                    lent.unwrap().look();
                }
            });
            yield_now().await;
            assert_eq!((look(a), look(b)), (Some(FEW - 1), Some(FEW - 1)));
        }));
        for number in 0..FEW {
            a.enter_with(live.value(number)); // at the bottom of the thread
            b.enter_with(live.value(number));
            assert!(live.count() <= 3);
        }
    });
}

#[test]
fn enter_with_does_not_grow_inside_a_long_read() {
    case(|a, b, live| {
        b.run(live.value(0), || {
            a.run(live.value(0), || {
                b.with(|_| {
                    for number in 0..FEW {
                        a.enter_with(live.value(number));
                        assert!(live.count() <= 4);
                    }
                });
            });
        });
    });
}

#[test]
fn run_around_enter_with_does_not_grow() {
    case(|a, b, live| {
        for number in 0..FEW {
            a.run(live.value(number), || b.enter_with(live.value(number)));
            assert_eq!((look(a), look(b)), (None, Some(number)));
            assert!(live.count() <= 2);
            assert!(Frame::capture().depth() <= 1);
        }
    });
}

#[test]
fn disable_and_enter_with_in_turn_do_not_grow() {
    case(|a, _, live| {
        for number in 0..FEW {
            a.enter_with(live.value(number));
            a.disable();
            assert!(live.count() <= 2);
            assert!(Frame::capture().depth() <= 1);
        }
    });
}

#[test]
fn threads_hammer_shared_frames() {
    case(|a, b, live| {
        let shared = a.run(live.value(1), snapshot);
        let hammer = |thread: u32| {
            for number in 0..FEW / 2 {
                shared.run(|| {
                    a.with(|lent| {
                        b.run(live.value(number), || {
                            a.enter_with(live.value(thread));
                            drop(snapshot());
                            lent.unwrap().look();
                        });
                        a.enter_with(live.value(7));
                        lent.unwrap().look();
                    });
                });
            }
        };
        thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || hammer(thread));
            }
        });
    });
}

#[test]
fn threads_index_the_same_long_frame() {
    case(|a, b, live| {
        let storages: Vec<AsyncLocalStorage<u32>> =
            (0..20).map(|_| AsyncLocalStorage::new()).collect();
        fn nest<R>(storages: &[AsyncLocalStorage<u32>], f: &dyn Fn() -> R) -> R {
            match storages.split_last() {
                None => f(),
                Some((last, others)) => {
                    last.run::<R, ah_core::Value>(others.len() as u32, || nest(others, f))
                }
            }
        }
        let frame = a.run(live.value(1), || nest(&storages, &Frame::capture));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        frame.run(|| {
                            assert_eq!((look(a), look(b)), (Some(1), None));
                            for (number, storage) in storages.iter().enumerate() {
                                assert_eq!(storage.get(), Some(number as u32));
                            }
                            b.run(live.value(2), || {
                                assert_eq!((look(a), look(b)), (Some(1), Some(2)))
                            });
                        });
                    }
                });
            }
        });
    });
}

#[test]
fn left_current_at_thread_exit_and_read_by_destructors() {
    static STORAGE: Storage = Storage::new();
    static LIVE: Mutex<Option<Live>> = Mutex::new(None);
    struct AtExit;
    impl Drop for AtExit {
        fn drop(&mut self) {
            let live = LIVE.lock().unwrap().clone().unwrap();
            look(&STORAGE);
            STORAGE.run(live.value(3), || {
                STORAGE.enter_with(live.value(4));
                assert_eq!(look(&STORAGE), Some(4));
                STORAGE.with(|lent| {
                    STORAGE.enter_with(live.value(5));
                    lent.unwrap().look();
                });
            });
            STORAGE.enter_with(live.value(6));
        }
    }
    thread_local! {
        static BEFORE: AtExit = const { AtExit };
        static AFTER: AtExit = const { AtExit };
    }
    case(|a, _, live| {
        *LIVE.lock().unwrap() = Some(live.clone());
        BEFORE.with(|_| ());
        a.enter_with(live.value(1));
        STORAGE.enter_with(live.value(2));
        AFTER.with(|_| ());
    });
}

#[test]
fn futures_hop_threads_between_polls() {
    case(|a, _, live| {
        let futures = FEW / 5;
        let seen = Mutex::new(Vec::new());
        let (sender, receiver) = mpsc::channel::<Pin<Box<dyn Future<Output = ()> + Send + '_>>>();
        thread::scope(|scope| {
            scope.spawn(|| {
                for mut future in receiver {
                    a.run(live.value(99), || {
                        a.with(|lent| {
                            assert!(poll(future.as_mut()).is_pending());
                            lent.unwrap().look();
                        });
                    });
                }
            });
            for number in 0..futures {
                let seen = &seen;
                let mut future = Box::pin(a.scope(live.value(number), async move {
                    yield_now().await;
                    a.with(|lent| {
                        a.enter_with(live.value(1000));
                        seen.lock().unwrap().push(lent.unwrap().look());
                    });
                    yield_now().await;
                }));
                assert!(poll(future.as_mut()).is_pending());
                sender.send(future).unwrap();
            }
            drop(sender);
        });
        assert_eq!(seen.into_inner().unwrap(), (0..futures).collect::<Vec<_>>());
    });
}

#[test]
fn snapshot_empty_inside_with() {
    case(|a, _, live| {
        a.run(live.value(1), || {
            a.with(|lent| {
                Snapshot::empty().run(|| {
                    assert_eq!(look(a), None);
                    a.run(live.value(2), || lent.unwrap().look());
                });
                lent.unwrap().look();
            });
        });
    });
}

#[test]
fn index_left_by_a_read_goes_with_its_frame() {
    case(|a, _, live| {
        fn nest(storages: &[Storage], live: &Live, f: &dyn Fn()) {
            match storages.split_first() {
                None => f(),
                Some((first, others)) => first.run(live.value(0), || nest(others, live, f)),
            }
        }
        let storages: Vec<Storage> = (0..FEW).map(|_| Storage::new()).collect();
        a.run(live.value(1), || {
            nest(&storages, live, &|| {
                for _ in 0..5 {
                    assert_eq!(look(a), Some(1));
                }
                a.with(|lent| {
                    storages.last().unwrap().enter_with(live.value(2));
                    assert_eq!(look(a), Some(1));
                    lent.unwrap().look();
                });
            });
        });
    });
}

#[test]
fn an_index_knows_nothing_of_the_nodes_above_it() {
    case(|a, b, live| {
        let below: Vec<Storage> = (0..10).map(|_| Storage::new()).collect();
        let above: Vec<Storage> = (0..5).map(|_| Storage::new()).collect();
        let under = |frame: Frame, storage: &Storage| {
            frame.run(|| storage.run(live.value(0), Frame::capture))
        };
        let long = a.run(live.value(1), Frame::capture);
        let long = below.iter().fold(long, under);
        for gone in &above {
            let in_it = || b.run(live.value(3), || _ = (0..5).map(|_| look(a)).last());
            long.run(|| gone.run(live.value(2), in_it));
        }
        long.run(|| {
            b.run(live.value(4), || {
                for gone in &above {
                    assert_eq!((look(gone), look(a)), (None, Some(1)));
                }
            });
        });
    });
}

fn _values_are_stores(value: Value) -> impl Store {
    value
}
