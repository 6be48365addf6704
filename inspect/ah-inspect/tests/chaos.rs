//! Random programs on several threads, watched all the while: never a ghost, each living thing once, nothing kept alive, and
//! memory within its bound, however small the tables are.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Waker},
    thread,
};

use ah_inspect::{Recorder, Recording, Settings, Task};
use async_hooks::{AsyncLocalStorage, AsyncResource, prelude::*};

static TENANT: AsyncLocalStorage<Counted> =
    AsyncLocalStorage::builder().name("tenant").shown().build();
static NUMBER: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("number").build();

static VALUES: AtomicUsize = AtomicUsize::new(0);

/// A value that knows how many there are.
struct Counted(u64);

impl Counted {
    fn new(number: u64) -> Self {
        VALUES.fetch_add(1, Relaxed);
        Self(number)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        VALUES.fetch_sub(1, Relaxed);
    }
}

impl std::fmt::Display for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(self.0 % 97 != 0, "a value that cannot be shown");
        write!(f, "{}", self.0)
    }
}

/// Numbers that look random, and are the same in each run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a thread holds.
#[derive(Default)]
struct Held {
    resources: Vec<AsyncResource>,
    work: Vec<Work>,
    wakers: Vec<Waker>,
}

const MOST: usize = 8;

impl Held {
    fn step(&mut self, random: &mut Random) {
        let number = random.below(1 << 40);
        match random.below(12) {
            0 | 1 => self.resources.push(AsyncResource::new("Chaos")),
            2 => TENANT.run(Counted::new(number), || {
                self.resources.push(AsyncResource::new("Chaos"))
            }),
            3 => self
                .work
                .push(Box::pin(async_hooks::Task::new(waits(number)))),
            4 => self.work.push(Box::pin(
                TENANT
                    .scope(Counted::new(number), waits(number))
                    .traced("Chaos"),
            )),
            5 | 6 => self.poll(random),
            7 => self.wakers.drain(..).for_each(Waker::wake),
            8 => self.enter(random, number),
            9 => drop(NUMBER.get()), // now and then unset
            10 => drop(pick(&mut self.work, random)),
            _ => drop(pick(&mut self.resources, random)),
        }
        self.resources.truncate(MOST);
        self.work.truncate(MOST);
        self.wakers.truncate(MOST);
    }

    fn poll(&mut self, random: &mut Random) {
        let at = random.below(self.work.len().max(1) as u64) as usize;
        let Some(work) = self.work.get_mut(at) else {
            return;
        };
        let mut cx = Context::from_waker(Waker::noop());
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut cx).is_ready()));
        if polled.unwrap_or(true) {
            drop(self.work.swap_remove(at));
        }
    }

    fn enter(&mut self, random: &mut Random, number: u64) {
        let at = random.below(self.resources.len().max(1) as u64) as usize;
        let Some(resource) = self.resources.get(at) else {
            return;
        };
        let _panicked = catch_unwind(AssertUnwindSafe(|| {
            resource.run_in_async_scope(|| {
                NUMBER.enter_with(number);
                let _inner = AsyncResource::new("Chaos");
                assert!(number % 5 != 0, "as it is thrown");
            });
        }));
    }
}

fn pick<T>(from: &mut Vec<T>, random: &mut Random) -> Option<T> {
    let at = random.below(from.len().max(1) as u64) as usize;
    (at < from.len()).then(|| from.swap_remove(at))
}

async fn waits(number: u64) {
    for poll in 0..number % 4 {
        std::future::poll_fn(|cx| {
            cx.waker().wake_by_ref();
            std::task::Poll::Ready(())
        })
        .await;
        assert!(number % 31 != poll, "as it is thrown");
    }
    if number % 3 == 0 {
        std::future::pending().await
    }
}

/// Whether a recording keeps the laws: ids rise and are there once, times are in order, and no more is alive than can be.
fn assert_lawful(recording: &Recording, threads: usize) {
    assert!(
        recording
            .tasks()
            .windows(2)
            .all(|pair| pair[0].async_id() != pair[1].async_id())
    );
    let is_alive = |task: &&Task| task.destroyed().is_none();
    let alive = recording.tasks().iter().filter(is_alive).count();
    // of each kind, and what is created within a step
    assert!(
        alive <= threads * (2 * (MOST + 1) + 2) + KEPT,
        "{alive} alive"
    );
    for task in recording.tasks() {
        assert!(
            task.polls().iter().all(|poll| poll.from <= poll.to),
            "{task:?}"
        );
        assert!(
            task.destroyed().is_none_or(|at| at >= task.created()),
            "{task:?}"
        );
    }
    let kept = recording
        .tasks()
        .iter()
        .filter(|task| task.type_name() == "Kept");
    assert_eq!(
        kept.filter(is_alive).count(),
        KEPT,
        "each thing that lives, once"
    );
}

const KEPT: usize = 5;

fn program(seed: u64, steps: u64) {
    let mut random = Random(seed * 0x9e37_79b9 + 1);
    let mut held = Held::default();
    for _ in 0..steps {
        held.step(&mut random);
    }
    // the rest is dropped while the thread ends, what was left in its own frame too
    thread_local! {
        static LEFT: std::cell::RefCell<Held> = std::cell::RefCell::default();
    }
    LEFT.replace(held);
    TENANT.enter_with(Counted::new(seed));
}

fn tables(events: usize, alive: usize, contexts: usize) -> Settings {
    Settings {
        events,
        alive,
        contexts,
        ..Settings::default()
    }
}

#[test]
fn never_a_ghost() {
    // Miri is thousands of times slower: tables so small that a short program fills them, too
    let (steps, rounds, settings) = if cfg!(miri) {
        (30, 1, tables(64, 16, 8))
    } else {
        (3_000, 12, tables(1024, 64, 64))
    };
    std::panic::set_hook(Box::new(|panic| {
        let text = panic
            .payload()
            .downcast_ref::<&str>()
            .copied()
            .unwrap_or_default();
        if !matches!(text, "as it is thrown" | "a value that cannot be shown") {
            eprintln!("{panic}");
        }
    }));
    let recorder = Recorder::start(&settings).expect("nothing else records");
    let kept: Vec<_> = (0..KEPT).map(|_| AsyncResource::new("Kept")).collect();
    let threads = 3;
    for round in 0..rounds {
        let (done, begin) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(Barrier::new(threads + 1)),
        );
        let running: Vec<_> = (0..threads as u64)
            .map(|thread| {
                let begin = Arc::clone(&begin);
                thread::spawn(move || {
                    begin.wait();
                    program(round * 10 + thread, steps);
                })
            })
            .collect();
        begin.wait();
        let looks = thread::spawn({
            let done = Arc::clone(&done);
            move || {
                while !done.load(Relaxed) {
                    for text in [
                        ah_inspect::ps(),
                        ah_inspect::pstree(),
                        ah_inspect::stats_text(),
                    ] {
                        assert!(!text.is_empty());
                    }
                }
            }
        });
        while running.iter().any(|thread| !thread.is_finished()) {
            assert_lawful(&recorder.take(), threads);
        }
        running
            .into_iter()
            .for_each(|thread| thread.join().expect("it panics nowhere else"));
        done.store(true, Relaxed);
        looks.join().expect("views do not panic");
        assert_eq!(ah_inspect::alive().len(), KEPT, "{}", ah_inspect::ps());
        assert_eq!(
            VALUES.load(Relaxed),
            0,
            "nothing is kept alive by being watched"
        );
    }
    let most = settings.most_bytes() + (threads + 1) * 8448;
    assert!(
        recorder.bytes() <= most,
        "{} bytes of {most}",
        recorder.bytes()
    );
    let recording = recorder.stop();
    assert_lawful(&recording, threads);
    assert!(
        recording.overwritten() > settings.events as u64,
        "more happened than is kept"
    );
    assert!(recording.not_shown() > 0, "more lived than the table takes");
    assert_eq!(
        Recording::from_bytes(&recording.to_bytes()).expect("it was just written"),
        recording
    );
    drop(kept);
}
