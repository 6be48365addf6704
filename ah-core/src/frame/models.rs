//! Frames are counted, handed over and disabled on several threads, in every interleaving: as `crate::models`.

use std::{pin::Pin, sync::Arc};

use super::{
    chain::{
        canonical::{canonical, find_further},
        entry::Entry,
        keys,
        node::Spec,
    },
    frame::Frame,
    framed::Framed,
    key::{Key, Lookup, leave_guard},
};
use crate::{
    models::support::{Count, Watched},
    sync::of_loom::{model, spawn},
};

const KEY: u64 = 1 << 32;

fn entry(dropped: &Count, parent: Option<Entry>) -> Entry {
    Entry::new(Spec::entry(KEY, 1, 0), Watched::new(1, dropped), parent)
}

/// Two give their counts of a chain back.
/// 4 preemptions: 7 interleavings, 0.0 s.
#[test]
fn a_chain_goes_with_its_last_count() {
    model(4, || {
        let dropped = Count::default();
        let own = entry(&dropped, Some(entry(&dropped, None)));
        let theirs = own.clone();
        let other = spawn(move || {
            assert_eq!(theirs.as_ref().chain().count(), 2);
            drop(theirs);
        });
        drop(own);
        other.join().unwrap();
        assert_eq!(dropped.get(), 2);
    });
}

/// One counts once more what it has, while another gives its count back.
/// 4 preemptions: 82 interleavings, 0.0 s.
#[test]
fn a_count_is_made_of_one_while_another_goes() {
    model(4, || {
        let dropped = Count::default();
        let own = entry(&dropped, None);
        let theirs = own.clone();
        let other = spawn(move || drop(theirs));
        let another = own.as_ref().to_owned();
        drop(own);
        assert_eq!((another.as_ref().chain().count(), dropped.get()), (1, 0));
        drop(another);
        other.join().unwrap();
        assert_eq!(dropped.get(), 1);
    });
}

/// Two run in one frame, and capture and release it there: what is spare meanwhile is given back when the frame is left.
/// 3 preemptions: 151 interleavings, 0.0 s.
#[test]
fn spare_counts_of_a_frame_are_given_back() {
    static STORE: Key<Watched> = Key::new();
    model(3, || {
        let dropped = Count::default();
        let frame = Frame::capture().run_once(|| {
            STORE.enter(Watched::new(1, &dropped));
            Frame::capture()
        });
        let theirs = frame.clone();
        let other = spawn(move || {
            theirs.run_once(|| {
                drop(Frame::capture());
                let two = [Frame::capture(), Frame::capture()]; // one of them was spare
                look(&STORE);
                drop(two);
            });
        });
        let kept = frame.run_once(|| {
            let kept = Frame::capture();
            drop(kept.clone());
            kept
        });
        other.join().unwrap();
        assert_eq!(dropped.get(), 0);
        kept.run_once(|| look(&STORE));
        assert_eq!(dropped.get(), 1);
    });
}

/// One takes the parent out of a node when it is alone with it, as `run` does at its end, while another looks at it.
/// 4 preemptions: 37 interleavings, 0.0 s.
#[test]
fn a_parent_is_taken_out_by_who_is_alone() {
    model(4, || {
        let dropped = Count::default();
        let own = entry(&dropped, Some(entry(&dropped, None)));
        let theirs = own.clone();
        let other = spawn(move || assert!(theirs.as_ref().parent().is_some()));
        let parent = own.as_ref().take_parent();
        drop(own);
        assert_eq!(
            parent
                .as_ref()
                .map(|parent| parent.as_ref().chain().count()),
            Some(1)
        );
        drop(parent);
        other.join().unwrap();
        assert_eq!(dropped.get(), 2);
    });
}

fn look(key: &'static Key<Watched>) {
    key.with(|lookup| match lookup {
        Lookup::Set(watched) => assert_eq!(watched.look(), 1),
        _ => panic!("it is in the frame"),
    });
}

/// Two look at one value and let it go: each has an entry of its own, and both link to it.
/// 4 preemptions: 7 interleavings, 0.0 s.
#[test]
fn a_value_goes_with_who_keeps_it_last() {
    static BELOW: Key<u32> = Key::new();
    static STORE: Key<Watched> = Key::new();
    model(4, || {
        let dropped = Count::default();
        let [one, two] = Frame::capture().run_once(|| {
            BELOW.enter(1);
            STORE.enter(Watched::new(1, &dropped));
            let one = Frame::capture();
            BELOW.enter(2); // into a copy of what was captured
            [one, Frame::capture()]
        });
        let other = spawn(move || one.run_once(|| look(&STORE)));
        two.run_once(|| look(&STORE));
        other.join().unwrap();
        assert_eq!(dropped.get(), 1);
    });
}

/// A future that was polled here is polled and dropped there, while a frame of the same nodes is entered here.
/// 3 preemptions: 54 interleavings, 0.0 s.
#[test]
fn a_future_is_handed_over_while_its_frame_is_in_use() {
    static STORE: Key<Watched> = Key::new();
    model(3, || {
        let dropped = Count::default();
        let mut future: Framed<()> = STORE.frame(Watched::new(1, &dropped), ());
        let snapshot = Pin::new(&mut future).run(|_| Frame::capture());
        let other = spawn(move || {
            Pin::new(&mut future).run(|_| look(&STORE));
            drop(future);
        });
        snapshot.run(|| look(&STORE));
        drop(snapshot);
        other.join().unwrap();
        assert_eq!(dropped.get(), 1);
    });
}

/// A value is read here in a frame that is replaced while it is read, and the last other count is given up there.
/// 3 preemptions: 179 interleavings, 0.0 s.
#[test]
fn a_lent_value_outlives_its_frame() {
    static STORE: Key<Watched> = Key::new();
    model(3, || {
        let dropped = Count::default();
        let frame = STORE.run(Watched::new(1, &dropped), Frame::capture);
        let theirs = frame.clone();
        let other = spawn(move || drop(theirs));
        frame.run_once(|| {
            STORE.with(|lookup| {
                let Lookup::Set(watched) = lookup else {
                    panic!("it is in the frame")
                };
                STORE.enter(Watched::new(2, &Count::default())); // the frame that is read leaves
                assert_eq!(watched.look(), 1);
            });
        });
        other.join().unwrap();
        assert_eq!(dropped.get(), 1);
    });
}

/// Two use a storage for the first time: it gets one number.
/// 4 preemptions: 140 interleavings, 0.0 s.
#[test]
fn a_storage_is_numbered_once() {
    static STORE: Key<u32> = Key::new();
    let sees_its_own = |value| {
        STORE.run(value, || {
            STORE.with(|lookup| assert_eq!(lookup, Lookup::Set(&value)));
        });
    };
    model(4, move || {
        let other = spawn(move || sees_its_own(1));
        sees_its_own(2);
        other.join().unwrap();
    });
}

/// Two disable a storage that is used in between: what was ended does not come back.
/// 4 preemptions: 89 interleavings, 0.0 s.
#[test]
fn what_disable_ended_does_not_come_back() {
    static STORE: Key<u32> = Key::new();
    model(4, || {
        let first = STORE.run(1, Frame::capture);
        let other = spawn(|| STORE.disable());
        STORE.disable();
        let second = STORE.run(2, Frame::capture);
        STORE.disable();
        for ended in [&first, &second] {
            ended.run(|| STORE.with(|lookup| assert_eq!(lookup, Lookup::Unset)));
        }
        other.join().unwrap();
        for ended in [first, second] {
            ended.run(|| STORE.with(|lookup| assert_eq!(lookup, Lookup::Unset)));
        }
    });
}

/// Two look for the oldest entry of one long chain, and each leaves a canonical form: one of them stays.
/// 3 preemptions: 9,502 interleavings, 2.0 s.
#[test]
fn a_chain_keeps_one_form() {
    model(3, || {
        let dropped = Count::default();
        let oldest = entry(&dropped, None);
        let chain = (2..7).fold(oldest, |below, number| {
            Entry::new(Spec::entry(KEY * number, number, 0), (), Some(below))
        });
        let chain = Arc::new(chain);
        let find = |chain: &Entry| {
            for _ in 0..3 {
                assert!(find_further(chain.as_ref(), KEY).is_some());
            }
        };
        let of_other = chain.clone();
        let other = spawn(move || find(&of_other));
        find(&chain);
        other.join().unwrap();
        drop(chain);
        assert_eq!(dropped.get(), 1);
    });
}

/// Two capture one frame that hides an entry: one canonical form stays, and holds nothing hidden.
/// 3 preemptions: 50 interleavings, 0.0 s.
#[test]
fn a_frame_that_two_capture_has_one_form() {
    model(3, || {
        let (hidden, shown) = (Count::default(), Count::default());
        let below = entry(&hidden, None);
        let chain = Arc::new(entry(&shown, Some(below)));
        let theirs = chain.clone();
        let other = spawn(move || canonical(Entry::as_ref(&theirs)));
        let own = canonical(Entry::as_ref(&chain));
        let other = other.join().unwrap();
        drop(chain);
        assert_eq!((hidden.get(), shown.get()), (1, 0));
        assert_eq!(own.as_ref().id(), other.as_ref().id());
        drop((own, other));
        assert_eq!(shown.get(), 1);
    });
}

/// Two take numbers, and one gives its first one back while the other takes: no two have one at a time. (The number that was
/// given back is on top again, as one that looked before finds it, but what is below has changed.)
/// 3 preemptions: 67 interleavings, 0.0 s.
#[test]
fn a_number_belongs_to_one_storage_at_a_time() {
    let fresh = || keys::fresh(false);
    model(3, move || {
        let (one, two) = (fresh(), fresh());
        keys::give_back(one);
        keys::give_back(two);
        let other = spawn(move || {
            let (first, second) = (fresh(), fresh());
            keys::give_back(first);
            second
        });
        let own = [fresh(), fresh()];
        let theirs = other.join().unwrap();
        let taken = [own[0], own[1], theirs].map(keys::number);
        assert!(taken[0] != taken[1] && !taken[..2].contains(&taken[2]));
        assert!(![own[0], own[1], theirs].into_iter().any(keys::is_over));
    });
}

/// A guard is dropped here while a frame that has its entry is read there.
/// 3 preemptions: 86 interleavings, 0.0 s.
#[test]
fn a_guard_ends_while_its_store_is_read() {
    static STORE: Key<Watched> = Key::new();
    model(3, || {
        let dropped = Count::default();
        let guard = STORE.enter_guard(Watched::new(1, &dropped));
        let mut future = Framed::capture(());
        assert!(
            Pin::new(&mut future).run(|_| STORE.with(|lookup| matches!(lookup, Lookup::Set(_))))
        );
        let other = spawn(move || {
            Pin::new(&mut future).run(|_| {
                STORE.with(|lookup| match lookup {
                    Lookup::Set(watched) => assert_eq!(watched.look(), 1),
                    Lookup::Unset => (),
                    Lookup::Exited => panic!("nobody exited it"),
                });
            });
        });
        leave_guard(guard);
        STORE.with(|lookup| assert!(matches!(lookup, Lookup::Unset)));
        other.join().unwrap();
        assert_eq!(dropped.get(), 1);
    });
}
