//! What loom explores, with the faces of `std`.
//!
//! loom's own types cannot stand in a `static` and live for one run of a model. Those here are created by a constant,
//! and come to life at their first use in each run: so the product's statics begin each run anew.
//!
//! loom takes `SeqCst` accesses for weaker than they are, and finds executions that no machine has. So here all of them go
//! through one word, which stands for their one order: a store gives to it, and a load takes from it. That is a little
//! stronger than they are: it also orders what lies around them.

#![expect(
    missing_docs,
    missing_debug_implementations,
    reason = "for models alone; all is as in `std`"
)]

use std::{
    cell::RefCell,
    ops::{Deref, DerefMut},
    sync::{
        Arc, LockResult, PoisonError,
        atomic::{self, Ordering},
    },
    time::Instant,
};

use super::explored::{ForgetLocals, alone, begin_run, end_of_thread, run};
use interrupts::{begin_thread, end_thread, interrupt, while_waiting};

pub use interrupts::{expect_fences, fence_all_threads};
pub use loom::{cell::Cell, hint::spin_loop, sync::atomic::fence, thread::yield_now};

mod interrupts;

pub(super) use loom::thread::ThreadId;

pub(super) fn this_thread() -> ThreadId {
    loom::thread::current().id()
}

std::thread_local! {
    static WORDS: RefCell<Vec<loom::sync::atomic::AtomicU64>> = const { RefCell::new(Vec::new()) };
}

/// So many atomics are used in one run of a model, at most.
const WORDS_OF_A_RUN: usize = 64;

/// Runs `f` in every interleaving with at most so many preemptions, and prints how many there were.
pub fn model(preemptions: usize, f: impl Fn() + Send + Sync + 'static) {
    let _alone = alone();
    let (begun, runs) = (Instant::now(), Arc::new(atomic::AtomicU64::new(0)));
    let counted = runs.clone();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.max(Some(preemptions)); // LOOM_MAX_PREEMPTIONS for more
    builder.max_branches = 10_000;
    let _forget = ForgetLocals;
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        begin_run();
        WORDS.set(
            (0..WORDS_OF_A_RUN)
                .map(|_| loom::sync::atomic::AtomicU64::new(0))
                .collect(),
        );
        interrupts::begin_run();
        crate::environment::published::slots::forget_slots();
        begin_thread();
        f();
        end_of_thread();
        end_thread();
    });
    let (runs, seconds) = (runs.load(Ordering::Relaxed), begun.elapsed().as_secs_f32());
    println!("{runs} interleavings in {seconds:.1} s");
}

/// Starts a thread of a model. At its end its thread-locals are dropped, before it can be joined.
pub fn spawn<R: 'static>(f: impl FnOnce() -> R + 'static) -> JoinHandle<R> {
    JoinHandle(loom::thread::spawn(move || {
        begin_thread();
        let result = f();
        end_of_thread();
        end_thread();
        result
    }))
}

/// As in `std`.
pub struct JoinHandle<R>(loom::thread::JoinHandle<R>);

impl<R> JoinHandle<R> {
    pub fn join(self) -> std::thread::Result<R> {
        while_waiting(|| self.0.join())
    }
}

/// Something that is created once a run.
struct Origin<A>(std::sync::Mutex<Option<(u64, Arc<A>)>>);

impl<A> Origin<A> {
    const fn new() -> Self {
        Self(std::sync::Mutex::new(None))
    }

    fn get(&self, make: impl FnOnce() -> A) -> Arc<A> {
        let mut made = self.0.lock().expect("nothing in here panics");
        match &*made {
            Some((of, made)) if *of == run() => made.clone(),
            _ => {
                let new = Arc::new(make());
                *made = Some((run(), new.clone()));
                new
            }
        }
    }

    /// What was created last, if nobody else has it.
    fn take(&mut self) -> Option<A> {
        let made = self.0.get_mut().expect("nothing in here panics").take();
        made.and_then(|(_, made)| Arc::into_inner(made))
    }
}

/// Before a load: it comes after each store that is before it in the one order.
fn load_in_order(order: Ordering) {
    interrupt();
    if order == Ordering::SeqCst {
        ORDER.made.get(take_word).fetch_add(0, Ordering::Acquire);
    }
}

/// After a store: loads that are after it in the one order see it.
fn store_in_order(order: Ordering) {
    if order == Ordering::SeqCst {
        ORDER.made.get(take_word).fetch_add(0, Ordering::Release);
    }
}

/// The one order of all sequentially consistent accesses.
static ORDER: AtomicU64 = AtomicU64::new(0);

/// One of those that were created before the run's threads: so all of them come after its creation, as they do after
/// that of a static. It holds 0, so what is kept in it is the difference to the constant.
fn take_word() -> loom::sync::atomic::AtomicU64 {
    let word = WORDS.with_borrow_mut(Vec::pop);
    word.expect("a run uses no more atomics than `WORDS_OF_A_RUN`")
}

macro_rules! atomic {
    ($name:ident $(<$of:ident>)?: $value:ty, $to_word:expr, $of_word:expr; $($add:ident)*) => {
        /// As in `std`.
        pub struct $name $(<$of>)? {
            initial: atomic::$name $(<$of>)?,
            made: Origin<loom::sync::atomic::AtomicU64>,
        }

        impl $(<$of>)? $name $(<$of>)? {
            pub const fn new(initial: $value) -> Self {
                Self { initial: atomic::$name::new(initial), made: Origin::new() }
            }

            fn to_word(&self, value: $value) -> u64 {
                let to_word: fn($value) -> u64 = $to_word;
                to_word(value).wrapping_sub(to_word(self.initial.load(Ordering::Relaxed)))
            }

            fn of_word(&self, word: u64) -> $value {
                let (to_word, of_word): (fn($value) -> u64, fn(u64) -> $value) = ($to_word, $of_word);
                of_word(word.wrapping_add(to_word(self.initial.load(Ordering::Relaxed))))
            }

            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                load_in_order(order);
                self.of_word(self.made.get(take_word).load(order))
            }

            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                interrupt();
                self.made.get(take_word).store(self.to_word(value), order);
                store_in_order(order);
            }

            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                load_in_order(order);
                let old = self.made.get(take_word).swap(self.to_word(value), order);
                store_in_order(order);
                self.of_word(old)
            }

            #[track_caller]
            pub fn compare_exchange(
                &self,
                old: $value,
                new: $value,
                order: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                load_in_order(order);
                let word = self.made.get(take_word);
                let result =
                    word.compare_exchange(self.to_word(old), self.to_word(new), order, failure);
                store_in_order(order);
                result.map(|word| self.of_word(word)).map_err(|word| self.of_word(word))
            }

            #[track_caller]
            pub fn fetch_update(
                &self,
                order: Ordering,
                failure: Ordering,
                mut f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut old = self.load(failure);
                while let Some(new) = f(old) {
                    match self.compare_exchange(old, new, order, failure) {
                        Ok(old) => return Ok(old),
                        Err(now) => old = now,
                    }
                }
                Err(old)
            }

            $(
                #[track_caller]
                pub fn $add(&self, value: $value, order: Ordering) -> $value {
                    load_in_order(order);
                    let old = self.made.get(take_word).$add(value as u64, order);
                    store_in_order(order);
                    self.of_word(old)
                }
            )*

            /// What nobody else may use at the same time: loom sees to that. Only to be read, and once.
            #[track_caller]
            pub fn get_mut(&mut self) -> Box<$value> {
                drop(self.made.get(take_word));
                let word = self.made.take().expect("only `made` has it");
                Box::new(self.of_word(word.into_inner()))
            }
        }
    };
}

atomic!(AtomicBool: bool, u64::from, |word| word & 1 != 0;);
atomic!(AtomicU8: u8, u64::from, |word| word as u8;);
atomic!(AtomicU32: u32, u64::from, |word| word as u32; fetch_add fetch_sub);
atomic!(AtomicU64: u64, |value| value, |word| word; fetch_add fetch_sub);
atomic!(AtomicUsize: usize, |value| value as u64, |word| word as usize; fetch_add fetch_sub);
atomic!(
    AtomicPtr<T>: *mut T,
    |value| value.expose_provenance() as u64,
    |word| std::ptr::with_exposed_provenance_mut(word as usize);
);

/// Drops a value, and leaves its memory: no later value has its address, which would be chance, and loom allows none.
pub(crate) struct InPlace<T>(*mut T);

impl<T> InPlace<T> {
    pub(crate) fn new(value: Box<T>) -> Self {
        Self(Box::into_raw(value))
    }
}

impl<T> Drop for InPlace<T> {
    #[expect(unsafe_code, reason = "a box would free the memory")]
    fn drop(&mut self) {
        // SAFETY: it was moved out of its box, and this is the end of it
        unsafe { std::ptr::drop_in_place(self.0) }
    }
}

/// As in `std`. The value of a static one stays from run to run.
pub struct Mutex<T> {
    lock: Origin<&'static loom::sync::Mutex<()>>,
    value: std::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Self {
            lock: Origin::new(),
            value: std::sync::Mutex::new(value),
        }
    }

    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let lock = *self
            .lock
            .get(|| Box::leak(Box::new(loom::sync::Mutex::new(()))));
        let _lock = while_waiting(|| lock.lock()).expect("loom's locks are not poisoned");
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(MutexGuard { value, _lock })
    }

    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.value.get_mut()
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// As in `std`.
pub struct MutexGuard<'a, T> {
    value: std::sync::MutexGuard<'a, T>,
    _lock: loom::sync::MutexGuard<'static, ()>,
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
