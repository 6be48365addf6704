//! The default of a storage, which is created once.
//!
//! As `OnceLock::get_or_init`, but it never blocks for ever: a thread that would wait for itself gets nothing instead.
//!
//! 1. Whoever looks first notes that this thread creates the default, and calls the function under no lock.
//! 2. Whoever looks meanwhile waits, and notes for what. Before that, the notes are followed: from the default to the
//!    thread that creates it, to the default for which that one waits, and so on. If they lead back to this thread, the
//!    answer is nothing.
//! 3. The end of the call, by a panic too, removes the note and wakes all threads that wait; after a panic the next one
//!    begins anew.

use std::{
    fmt,
    sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// A value that is created at the first look, by `create` if there is one.
pub(crate) struct DefaultStore<T> {
    create: Option<fn() -> T>,
    store: OnceLock<T>,
}

impl<T> DefaultStore<T> {
    pub(crate) const fn new(create: Option<fn() -> T>) -> Self {
        Self {
            create,
            store: OnceLock::new(),
        }
    }

    /// Returns the value; nothing if there is none, or if this is called while it is created, by what creates it.
    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        let create = self.create?;
        match self.store.get() {
            None => self.created(create),
            store => store,
        }
    }

    #[cold]
    fn created(&self, create: fn() -> T) -> Option<&T> {
        let _creating = match Creating::begin(self.place(), || self.store.get().is_some()) {
            Begun::Here(creating) => creating,
            Begun::Elsewhere => return self.store.get(),
            Begun::Around => return None,
        };
        Some(self.store.get_or_init(create)) // nobody else is here
    }

    /// What identifies this default: it is borrowed wherever its place is noted.
    fn place(&self) -> usize {
        (&raw const *self).addr()
    }
}

impl<T> fmt::Debug for DefaultStore<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultStore").finish_non_exhaustive()
    }
}

/// The notes: which defaults are created, and which thread waits for which.
struct Notes {
    /// Default and thread.
    creating: Vec<(usize, usize)>,
    /// Thread and default.
    waiting: Vec<(usize, usize)>,
}

static NOTES: Mutex<Notes> = Mutex::new(Notes {
    creating: Vec::new(),
    waiting: Vec::new(),
});
static ENDED: Condvar = Condvar::new();

fn notes() -> MutexGuard<'static, Notes> {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which thread this is, until it ends. Not a `ThreadId`, which an ending thread may not have.
fn this_thread() -> usize {
    thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| (&raw const *here).addr())
}

impl Notes {
    /// The thread that creates this default.
    fn creator(&self, default: usize) -> Option<usize> {
        let mut creating = self.creating.iter();
        creating.find(|note| note.0 == default).map(|note| note.1)
    }

    /// Returns `true` if the creation of this default waits for the thread, which creates it or another that it waits
    /// for.
    fn waits_for(&self, default: usize, thread: usize) -> bool {
        let next = |default: &usize| {
            let creator = self.creator(*default)?;
            let mut waiting = self.waiting.iter();
            waiting.find(|note| note.0 == creator).map(|note| note.1)
        };
        // ends: nobody has begun to wait in a circle
        std::iter::successors(Some(default), next).any(|it| self.creator(it) == Some(thread))
    }
}

/// This thread creates a default, until this is dropped.
struct Creating {
    default: usize,
}

/// Where a default is created.
enum Begun {
    /// Here, from now on.
    Here(Creating),
    /// It was created on another thread.
    Elsewhere,
    /// Around this call, which therefore cannot wait for it.
    Around,
}

impl Creating {
    fn begin(default: usize, is_created: impl Fn() -> bool) -> Begun {
        let thread = this_thread();
        let mut notes = notes();
        loop {
            if is_created() {
                return Begun::Elsewhere;
            }
            if notes.creator(default).is_none() {
                notes.creating.push((default, thread));
                return Begun::Here(Self { default });
            }
            if notes.waits_for(default, thread) {
                return Begun::Around;
            }
            notes.waiting.push((thread, default));
            notes = ENDED.wait(notes).unwrap_or_else(PoisonError::into_inner);
            notes.waiting.retain(|note| note.0 != thread);
        }
    }
}

impl Drop for Creating {
    fn drop(&mut self) {
        notes().creating.retain(|note| note.0 != self.default);
        ENDED.notify_all();
    }
}
