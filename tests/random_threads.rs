//! Four threads do at random what threads may do: a larger scenario than the models of `docs/guide/reliability.md` can try.
//!
//! A run prints its seed; `AH_SEED=…` repeats the choices of each thread, though not their interleaving.

use std::{
    collections::VecDeque,
    env,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use ah_testing::test;
use async_hooks::{AsyncHook, AsyncLocalStorage, AsyncResource, Hooks, Snapshot};

const THREADS: u64 = 4;
const STEPS: u64 = 3_000;

static STORE: AsyncLocalStorage<Counted> = AsyncLocalStorage::new();

/// How many of something there are.
#[derive(Clone, Default)]
struct Live(Arc<AtomicUsize>);

/// Counted from its creation to its drop.
struct Counted {
    number: u64,
    live: Live,
}

impl Live {
    fn one(&self, number: u64) -> Counted {
        self.0.fetch_add(1, SeqCst);
        Counted {
            number,
            live: self.clone(),
        }
    }

    fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.number = 0;
        self.live.0.fetch_sub(1, SeqCst);
    }
}

/// Xorshift: as good as any here.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn seed() -> u64 {
    let given = env::var("AH_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.map_or(1, |now| now.as_nanos() as u64)
    });
    println!("AH_SEED={seed}");
    seed
}

/// A hook, and how many inits it received.
struct Listening(AsyncHook, Arc<AtomicUsize>);

impl Listening {
    fn new(captured: Counted) -> Self {
        let heard = Arc::new(AtomicUsize::new(0));
        let of_hook = heard.clone();
        let hooks = Hooks::builder().init(move |_| {
            assert_ne!(captured.number, 0, "it is dropped");
            of_hook.fetch_add(1, SeqCst);
        });
        Self(
            async_hooks::create_hook(hooks.build()).enable().clone(),
            heard,
        )
    }
}

/// Snapshots, each with the number that it shows, on their way from thread to thread.
#[derive(Default)]
struct HandOver(Mutex<VecDeque<(u64, Snapshot)>>);

impl HandOver {
    fn put(&self, number: u64, snapshot: Snapshot) {
        self.0.lock().unwrap().push_back((number, snapshot));
    }

    fn take(&self) -> Option<(u64, Snapshot)> {
        self.0.lock().unwrap().pop_front()
    }
}

struct Thread {
    random: Random,
    live: Live,
    hand_over: Arc<HandOver>,
    own: Vec<Listening>,
}

impl Thread {
    fn run(mut self) {
        for step in 1..=STEPS {
            match self.random.below(6) {
                0 if self.own.len() < 4 => self.own.push(Listening::new(self.live.one(step))),
                0 | 1 => self.disable_one(),
                2 => self.make_a_resource(),
                3 => self.store_and_hand_over(step),
                4 => self.take_over(),
                _ => self.extend_a_resource(step),
            }
        }
        while !self.own.is_empty() {
            self.disable_one();
        }
    }

    fn disable_one(&mut self) {
        if !self.own.is_empty() {
            let one = self.random.below(self.own.len() as u64);
            let Listening(hook, _) = self.own.swap_remove(one as usize);
            hook.disable();
        }
    }

    /// What this thread enabled receives what this thread creates.
    fn make_a_resource(&self) {
        let heard = |own: &[Listening]| -> Vec<usize> {
            own.iter()
                .map(|Listening(_, heard)| heard.load(SeqCst))
                .collect()
        };
        let before = heard(&self.own);
        AsyncResource::new("TEST").run_in_async_scope(|| drop(AsyncResource::new("INNER")));
        let after = heard(&self.own);
        for (before, after) in before.into_iter().zip(after) {
            assert!(after >= before + 2, "{before} inits, and then {after}");
        }
    }

    fn store_and_hand_over(&self, step: u64) {
        STORE.run(self.live.one(step), || {
            self.hand_over.put(step, async_hooks::snapshot());
        });
    }

    fn take_over(&mut self) {
        if let Some((number, snapshot)) = self.hand_over.take() {
            let shown = snapshot.run(|| STORE.with(|store| store.map(|store| store.number)));
            assert_eq!(shown, Some(number));
            if self.random.below(2) == 0 {
                self.hand_over.put(number, snapshot);
            }
        }
    }

    fn extend_a_resource(&self, step: u64) {
        let resource = AsyncResource::new("EXTENDED");
        resource.handle().extensions().insert(self.live.one(step));
        let found = resource.handle().extensions().get::<Counted>();
        assert_eq!(found.map(|counted| counted.number), Some(step));
    }
}

#[test]
fn four_threads_at_random_leave_nothing_behind() {
    let (seed, live) = (seed(), Live::default());
    let hand_over = Arc::new(HandOver::default());
    let threads: Vec<_> = (1..=THREADS)
        .map(|thread| {
            let thread = Thread {
                random: Random(seed.wrapping_mul(2 * thread + 1) | 1),
                live: live.clone(),
                hand_over: hand_over.clone(),
                own: Vec::new(),
            };
            async_hooks::thread::spawn(move || thread.run())
        })
        .collect();
    for thread in threads {
        thread.join().expect("no assertion failed");
    }
    while hand_over.take().is_some() {}
    assert_eq!(live.count(), 0);
}
