//! What shuttle explores, with the faces of `std`.
//!
//! shuttle tries some interleavings, at random, of scenarios that are too large for loom. It takes every access for
//! sequentially consistent, so weak orderings are for models alone. Atomics are created by a constant, and come to life
//! at their first use in each run: so the product's statics begin each run anew, and a run that failed can be repeated.

#![expect(
    missing_docs,
    missing_debug_implementations,
    reason = "for scenarios alone; all is as in `std`"
)]

use std::{
    env,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{self, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use shuttle::{
    Config, Runner,
    rand::{Rng, thread_rng},
    scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler},
};

use super::explored::{self, ForgetLocals, alone, begin_run, end_of_thread};

pub use shuttle::{
    hint::spin_loop,
    sync::{Mutex, MutexGuard, atomic::fence},
    thread::{JoinHandle, yield_now},
};
pub use std::cell::Cell;

pub(super) use shuttle::current::{TaskId as ThreadId, me as this_thread};

/// So many preemptions has a run of the second half, less one.
const DEPTH: usize = 5;

/// Runs `f` so many times: in one half of the runs any thread may go on after each access, in the other half there are few
/// preemptions, anywhere.
///
/// A run that fails prints its schedule; with that in `AH_SHUTTLE_SCHEDULE`, there is this one run alone.
pub fn explore(runs: usize, f: impl Fn() + Send + Sync + 'static) {
    let (_alone, _forget, f) = (alone(), ForgetLocals, Arc::new(f));
    if let Ok(schedule) = env::var("AH_SHUTTLE_SCHEDULE") {
        return run(ReplayScheduler::new_from_encoded(&schedule), &f);
    }
    let (begun, seed) = (Instant::now(), number("SHUTTLE_RANDOM_SEED"));
    let seed = seed.unwrap_or_else(seed_of_now);
    println!("SHUTTLE_RANDOM_SEED={seed}");
    let half = runs * number("AH_SHUTTLE_TIMES").unwrap_or(1) as usize / 2;
    run(RandomScheduler::new_from_seed(seed, half), &f);
    run(PctScheduler::new_from_seed(seed, DEPTH, half), &f);
    let seconds = begun.elapsed().as_secs_f32();
    println!("{} runs in {seconds:.1} s", 2 * half);
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.parse().expect("a number in an environment variable"))
}

fn seed_of_now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(1, |now| now.as_nanos() as u64)
}

fn run(scheduler: impl Scheduler + 'static, f: &Arc<impl Fn() + Send + Sync + 'static>) {
    let mut config = Config::new();
    config.stack_size = 1 << 18;
    config.silence_warnings = true; // of weak orderings: those are for loom
    let f = f.clone();
    Runner::new(scheduler, config).run(move || {
        begin_run();
        crate::environment::published::slots::forget_slots();
        f();
        end_of_thread();
    });
}

/// Starts a thread of a scenario. At its end its thread-locals are dropped, before it can be joined.
pub fn spawn<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> JoinHandle<R> {
    shuttle::thread::spawn(move || {
        let result = f();
        end_of_thread();
        result
    })
}

/// A number below `end`, at random: part of the schedule.
pub fn below(end: usize) -> usize {
    thread_rng().gen_range(0..end)
}

/// What an atomic holds while it is there.
const ALIVE: u64 = 0x5afe_5afe_5afe_5afe;

/// An atomic that is created anew at its first use in each run.
#[repr(C)] // the mark first: allocators write over the beginning of what is freed
struct OfRun<A> {
    mark: atomic::AtomicU64,
    /// Of which run it is.
    made: RwLock<(u64, A)>,
}

impl<A> OfRun<A> {
    const fn new(made: A) -> Self {
        Self {
            mark: atomic::AtomicU64::new(ALIVE),
            made: RwLock::new((0, made)),
        }
    }

    /// Uses it. While it does, other threads of the run use it, too, but none creates it anew.
    fn with<R>(&self, make: impl FnOnce() -> A, f: impl FnOnce(&A) -> R) -> R {
        let mark = self.mark.load(Ordering::Relaxed);
        assert_eq!(mark, ALIVE, "an atomic is used that is not there any more");
        let of = self.made.read().unwrap_or_else(PoisonError::into_inner).0;
        if of != explored::run() {
            let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
            *made = (explored::run(), make());
        }
        f(&self.made.read().unwrap_or_else(PoisonError::into_inner).1)
    }
}

impl<A> Drop for OfRun<A> {
    fn drop(&mut self) {
        self.mark.store(0, Ordering::Relaxed);
    }
}

macro_rules! atomic {
    ($name:ident $(<$of:ident>)?: $value:ty; $($add:ident)*) => {
        /// As in `std`.
        #[repr(C)]
        pub struct $name $(<$of>)? {
            of_run: OfRun<shuttle::sync::atomic::$name $(<$of>)?>,
            initial: atomic::$name $(<$of>)?,
        }

        impl $(<$of>)? $name $(<$of>)? {
            pub const fn new(initial: $value) -> Self {
                Self {
                    of_run: OfRun::new(shuttle::sync::atomic::$name::new(initial)),
                    initial: atomic::$name::new(initial),
                }
            }

            fn with<R>(&self, f: impl FnOnce(&shuttle::sync::atomic::$name $(<$of>)?) -> R) -> R {
                let make = || shuttle::sync::atomic::$name::new(self.initial.load(Ordering::Relaxed));
                self.of_run.with(make, f)
            }

            pub fn load(&self, order: Ordering) -> $value {
                self.with(|made| made.load(order))
            }

            pub fn store(&self, value: $value, order: Ordering) {
                self.with(|made| made.store(value, order));
            }

            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                self.with(|made| made.swap(value, order))
            }

            pub fn compare_exchange(
                &self,
                old: $value,
                new: $value,
                order: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.with(|made| made.compare_exchange(old, new, order, failure))
            }

            pub fn fetch_update(
                &self,
                order: Ordering,
                failure: Ordering,
                f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                self.with(|made| made.fetch_update(order, failure, f))
            }

            $(
                pub fn $add(&self, value: $value, order: Ordering) -> $value {
                    self.with(|made| made.$add(value, order))
                }
            )*

            /// What nobody else may use at the same time. Only to be read.
            pub fn get_mut(&mut self) -> Box<$value> {
                Box::new(self.load(Ordering::Relaxed))
            }
        }
    };
}

atomic!(AtomicBool: bool;);
atomic!(AtomicU8: u8;);
atomic!(AtomicU32: u32; fetch_add fetch_sub);
atomic!(AtomicU64: u64; fetch_add fetch_sub);
atomic!(AtomicUsize: usize; fetch_add fetch_sub);
atomic!(AtomicPtr<T>: *mut T;);
