//! A list is replaced in the moment in which it is read: on real processors, whose stores are late.

use std::{
    sync::atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Relaxed, SeqCst},
    },
    thread,
};

use super::{fence, list::Published};

const CHANGES: usize = if cfg!(miri) { 100 } else { 300_000 };
/// What readers store to first, in lines of the cache: more than it holds.
const FAR: usize = if cfg!(miri) { 8 } else { 1 << 20 };
const PER_LINE: usize = 8;

/// Says whether it is there, by something that stays.
struct List<'a>(&'a AtomicBool);

impl Drop for List<'_> {
    fn drop(&mut self) {
        self.0.store(false, SeqCst);
    }
}

/// Reads the list again and again. What is stored before each read is far away in memory, and stores become visible in
/// order: so the slot is written late, and too late if whoever replaces the list does not wait for that.
fn read_until<'a>(stop: &AtomicBool, lists: &Published<List<'a>>) {
    let far: Vec<_> = (0..FAR * PER_LINE).map(|_| AtomicU64::new(0)).collect();
    let mut random = 1_usize;
    while !stop.load(Relaxed) {
        for _ in 0..12 {
            random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            far[(random >> 20) % FAR * PER_LINE].store(1, Relaxed);
        }
        look(lists);
    }
}

fn look(lists: &Published<List<'_>>) {
    let is_there = |list: Option<&List<'_>>| {
        let is_there = list.expect("one was published").0;
        (0..20).all(|_| is_there.load(Relaxed))
    };
    let was_there = match lists.read_quickly() {
        Some(reading) => {
            let is_there = is_there(reading.list());
            reading.end();
            is_there
        }
        None => is_there(lists.read().list()),
    };
    assert!(was_there, "it was freed while it was read");
}

#[test]
fn a_list_is_replaced_in_the_moment_in_which_it_is_read() {
    fence::prepare();
    let are_there: Vec<_> = (0..CHANGES).map(|_| AtomicBool::new(true)).collect();
    let (lists, stop) = (Published::new(), AtomicBool::new(false));
    lists.update(|_| List(&are_there[0]));
    thread::scope(|scope| {
        let readers = [(); 2].map(|()| scope.spawn(|| read_until(&stop, &lists)));
        for is_there in &are_there[1..] {
            lists.update(|_| List(is_there));
            lists.collect();
        }
        stop.store(true, Relaxed);
        for reader in readers {
            reader.join().expect("no list was freed while it was read");
        }
    });
    let left = are_there.iter().filter(|is_there| is_there.load(SeqCst));
    assert_eq!(left.count(), 1, "all but the last one are freed");
}
