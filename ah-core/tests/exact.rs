//! Random programs of entering and leaving, after which every captured frame holds what showed when it was captured, and no
//! other store: counted, not estimated. Few storages or hundreds of them, nested up to 300 deep; storages that come and go;
//! guards that are dropped in any order.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    sync::{Arc, Mutex},
};

use ah_core::frame::{Frame, GuardEntry, Key, Lookup, leave_guard};

/// The numbers of the stores that live.
type Live = Arc<Mutex<BTreeSet<u64>>>;

struct Store {
    number: u64,
    live: Live,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.live.lock().unwrap().remove(&self.number);
    }
}

struct Rng(u64);

impl Rng {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 20) % end as u64) as usize
    }
}

/// A captured frame, and what showed of the inherited storages.
struct Captured(Frame, BTreeSet<u64>);

struct World {
    rng: Rng,
    live: Live,
    /// Storages that are inherited, and as the last ones those that are not.
    keys: Vec<Arc<Key<Store>>>,
    inherited: usize,
    captured: Vec<Captured>,
    steps: usize,
    depth: usize,
}

impl World {
    fn new(seed: u64) -> Self {
        let (inherited, never, depth) = match seed % 8 {
            0 => (300, 3, 20),
            1 => (2, 1, 300),
            _ => (3, 1, 40),
        };
        let keys = (0..inherited).map(|_| Arc::new(Key::new()));
        let never = (0..never).map(|_| Arc::new(Key::never_inherited()));
        Self {
            rng: Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            live: Live::default(),
            keys: keys.chain(never).collect(),
            inherited,
            captured: Vec::new(),
            steps: 500,
            depth,
        }
    }

    fn store(&self) -> Store {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Relaxed);
        self.live.lock().unwrap().insert(number);
        Store {
            number,
            live: self.live.clone(),
        }
    }

    fn shown(&self) -> BTreeSet<u64> {
        let show = |key: &Arc<Key<Store>>| {
            key.with(|lookup| match lookup {
                Lookup::Set(store) => Some(store.number),
                _ => None,
            })
        };
        self.keys[..self.inherited]
            .iter()
            .filter_map(show)
            .collect()
    }

    fn capture(&mut self) {
        let shown = self.shown();
        self.captured.push(Captured(Frame::capture(), shown));
    }

    /// A storage is dropped, and another one takes its place.
    fn replace(&mut self, at: usize) {
        if Arc::strong_count(&self.keys[at]) > 2 {
            return; // a `run` of it is in progress
        }
        self.keys[at] = Arc::new(if at < self.inherited {
            Key::new()
        } else {
            Key::never_inherited()
        });
    }

    fn drop_one(&mut self, guards: &mut Vec<GuardEntry>) {
        if !guards.is_empty() {
            let at = self.rng.below(guards.len());
            leave_guard(guards.swap_remove(at));
        }
    }

    fn run(&mut self, depth: usize) {
        let mut guards = Vec::new();
        for _ in 0..1 + self.rng.below(6) {
            if self.steps == 0 {
                break;
            }
            self.steps -= 1;
            self.step(depth, &mut guards);
        }
        while !guards.is_empty() {
            self.drop_one(&mut guards);
        }
    }

    fn step(&mut self, depth: usize, guards: &mut Vec<GuardEntry>) {
        let at = self.rng.below(self.keys.len());
        let key = self.keys[at].clone();
        let deeper = depth < self.depth;
        match self.rng.below(13) {
            0..=3 if deeper => key.run(self.store(), || self.run(depth + 1)),
            4 if deeper => key.exit(|| self.run(depth + 1)),
            5 | 6 => key.enter(self.store()),
            7 => guards.push(key.enter_guard(self.store())),
            8 => self.drop_one(guards),
            9 if self.rng.below(4) == 0 => key.disable(),
            9 if self.rng.below(4) == 0 => self.replace(at),
            10 if deeper && !self.captured.is_empty() => {
                let at = self.rng.below(self.captured.len());
                self.captured[at].0.clone().run_once(|| self.run(depth + 1));
            }
            _ => self.capture(),
        }
    }

    /// What was disabled since shows nowhere any more, and what showed is held to the last.
    fn check(mut self, seed: u64) {
        let expected = self.captured.iter().flat_map(|captured| captured.1.iter());
        let expected: BTreeSet<u64> = expected.copied().collect();
        assert_eq!(*self.live.lock().unwrap(), expected, "seed {seed}");
        while let Some(Captured(frame, shown)) = self.captured.pop() {
            let seen = frame.run_once(|| self.shown());
            assert!(seen.is_subset(&shown), "seed {seed}: {seen:?} of {shown:?}");
        }
        assert!(self.live.lock().unwrap().is_empty(), "seed {seed}: leaked");
    }
}

#[test]
fn what_is_captured_is_what_shows() {
    ah_core::set_error_sink(|_| ());
    let seeds = if cfg!(miri) { 3 } else { 1_500 };
    for seed in 0..seeds {
        // deep programs need more stack than a test has
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let program = thread.spawn(move || {
            let mut world = World::new(seed);
            Frame::empty().run_once(|| world.run(0));
            world.check(seed);
        });
        program.unwrap().join().unwrap();
    }
}
