//! What loom and shuttle have in common here: what is created anew in each run, and thread-locals.
//!
//! Both run all threads of a run on one thread of the system, one at a time, and run after run in one process. So what is
//! said here of the present run is kept in thread-locals of `std`.

use std::{
    any::Any,
    cell::{Cell as StdCell, RefCell},
    mem::needs_drop,
    rc::Rc,
    sync::{Mutex, MutexGuard, atomic},
};

use super::explorer::{ThreadId, this_thread};

std::thread_local! {
    /// Which run this is, of all in the process.
    static RUN: StdCell<u64> = const { StdCell::new(0) };
    static LOCALS: RefCell<Vec<Local>> = const { RefCell::new(Vec::new()) };
}

/// Starts a run: statics and thread-locals are as they were at first.
pub(super) fn begin_run() {
    static RUNS: atomic::AtomicU64 = atomic::AtomicU64::new(1);
    RUN.set(RUNS.fetch_add(1, atomic::Ordering::Relaxed));
    LOCALS.with(|locals| drop(locals.take()));
}

/// One test explores at a time: they share the statics. None after one that failed, since it left them anyhow.
pub(super) fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().expect("a test before this one failed")
}

/// Leaves what a failed run left: its `Drop` would look for the run.
pub(super) struct ForgetLocals;

impl Drop for ForgetLocals {
    fn drop(&mut self) {
        LOCALS.with(|locals| std::mem::forget(locals.take()));
    }
}

/// Which run this is.
pub(super) fn run() -> u64 {
    RUN.get()
}

/// The value of one thread-local of one thread.
struct Local {
    key: usize,
    thread: ThreadId,
    /// Nothing is left of one that was dropped at the end of its thread.
    value: Option<Rc<dyn Any>>,
    needs_drop: bool,
}

/// As in `std`: at the end of the thread a value with a `Drop` is dropped, and others stay.
pub(crate) struct LocalKey<T: 'static>(fn() -> T);

impl<T> LocalKey<T> {
    pub(crate) const fn new(init: fn() -> T) -> Self {
        Self(init)
    }

    fn find(&'static self) -> Option<Option<Rc<dyn Any>>> {
        let (key, thread) = (std::ptr::from_ref(self).addr(), this_thread());
        LOCALS.with_borrow(|locals| {
            let mut locals = locals.iter();
            let found = locals.find(|local| local.key == key && local.thread == thread);
            found.map(|local| local.value.clone())
        })
    }

    fn init(&'static self) -> Rc<dyn Any> {
        let value: Rc<dyn Any> = Rc::new((self.0)());
        let local = Local {
            key: std::ptr::from_ref(self).addr(),
            thread: this_thread(),
            value: Some(value.clone()),
            needs_drop: needs_drop::<T>(),
        };
        LOCALS.with_borrow_mut(|locals| locals.push(local));
        value
    }

    pub(crate) fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let value = match self.find() {
            Some(Some(value)) => value,
            Some(None) => return Err(AccessError),
            None => self.init(),
        };
        Ok(f(value.downcast_ref().expect("a key has one type")))
    }

    pub(crate) fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        self.try_with(f).expect("it is not used after its end")
    }
}

impl<T: Copy> LocalKey<StdCell<T>> {
    pub(crate) fn get(&'static self) -> T {
        self.with(StdCell::get)
    }
    pub(crate) fn set(&'static self, value: T) {
        self.with(|cell| cell.set(value));
    }
    pub(crate) fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

/// As in `std`: the thread-local was dropped.
#[derive(Debug)]
pub(crate) struct AccessError;

/// Drops the thread-locals of the thread that ends here.
pub(super) fn end_of_thread() {
    let thread = this_thread();
    let next = || {
        LOCALS.with_borrow_mut(|locals| {
            let mut locals = locals.iter_mut();
            let found = locals
                .find(|local| local.thread == thread && local.needs_drop && local.value.is_some());
            found.and_then(|local| local.value.take())
        })
    };
    while let Some(value) = next() {
        drop(value);
    }
}

macro_rules! locals {
    ($($(#[$doc:meta])* $vis:vis static $name:ident: $ty:ty = const $init:block;)*) => {
        $($(#[$doc])* $vis static $name: $crate::sync::explored::LocalKey<$ty> =
            $crate::sync::explored::LocalKey::new(|| $init);)*
    };
}
pub(crate) use locals as thread_local;
