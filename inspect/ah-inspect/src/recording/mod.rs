//! What was recorded, put in order: everything here is a copy that owns what it has, and can be written to a file and read.

mod build;
mod bytes;
mod file;

use std::{fmt, sync::Arc};

use ah_core::AsyncId;

pub use file::{ReadError, ReadErrorKind};

/// What happened within a window of time, and what was alive at its end. Times are nanoseconds since recording began.
///
/// [`to_bytes`](Self::to_bytes) and [`from_bytes`](Self::from_bytes) are a file that a later version reads or refuses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recording {
    /// By id.
    pub(crate) tasks: Vec<Task>,
    pub(crate) threads: Vec<Arc<str>>,
    pub(crate) losses: Vec<LossText>,
    pub(crate) begin: u64,
    pub(crate) end: u64,
    pub(crate) events: u64,
    pub(crate) overwritten: u64,
    pub(crate) not_shown: u64,
}

/// A resource, task or tracked future, as far as a recording knows it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Task {
    pub(crate) id: u64,
    pub(crate) trigger: u64,
    pub(crate) type_name: Arc<str>,
    pub(crate) future: Arc<str>,
    pub(crate) place: Option<SourcePlace>,
    pub(crate) is_promise: bool,
    pub(crate) polled_in: Option<u64>,
    pub(crate) stores: Arc<[StoreText]>,
    pub(crate) created: u64,
    pub(crate) created_on: Option<u32>,
    pub(crate) is_torn: bool,
    pub(crate) polls: Vec<Poll>,
    pub(crate) wakes: Vec<Wake>,
    pub(crate) unset: Vec<Unset>,
    pub(crate) finished: Option<u64>,
    pub(crate) destroyed: Option<u64>,
}

/// A place of the source.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SourcePlace {
    /// The file, as the compiler was given it.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// A store that something carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreText {
    /// The number of its storage, in the process that was recorded.
    pub storage: u32,
    /// The name of its storage; empty if it has none.
    pub name: Arc<str>,
    /// The type of the value.
    pub type_name: Arc<str>,
    /// How many bytes the value takes, without what it points to.
    pub size: u64,
    /// Tells the value from all others of the recording.
    pub value: u64,
    /// The value; `None` if the storage is not shown.
    pub text: Option<Arc<str>>,
    /// Where it was set, if that was seen.
    pub set_at: Option<SourcePlace>,
    /// The storage was exited: nothing is set.
    pub is_exited: bool,
}

/// One poll, or one call in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Poll {
    /// When it began.
    pub from: u64,
    /// When it ended; the end of the recording if it goes on.
    pub to: u64,
    /// The number of its thread, in [`Recording::threads`].
    pub thread: u32,
}

/// A wake: the first one since the last poll.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wake {
    /// When it was.
    pub at: u64,
    /// Who woke; 0 or 1 for the runtime (a timer, a socket) and for untracked code.
    pub by: u64,
    /// The number of the thread, in [`Recording::threads`].
    pub thread: u32,
}

/// A storage that was read and unset, though that was a loss.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unset {
    /// When it was.
    pub at: u64,
    /// The number of the storage.
    pub storage: u32,
    /// Where it was read.
    pub place: Option<SourcePlace>,
}

/// A lost context, as [`lost`](crate::lost) knew it when the recording was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LossText {
    /// The number of the storage.
    pub storage: u32,
    /// The name of the storage.
    pub name: Arc<str>,
    /// The value that was lost; `None` if the storage is not shown, or it is not known.
    pub value: Option<Arc<str>>,
    /// Where it was read.
    pub read_at: SourcePlace,
    /// Where it was set, if that was seen.
    pub set_at: Option<SourcePlace>,
    /// The id of what had the store; 0 if that is not known.
    pub held_by: u64,
    /// How often it was read there.
    pub times: u64,
    /// What to write instead.
    pub fix: Arc<str>,
}

impl fmt::Display for SourcePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Recording {
    /// Returns all that is known of, by id.
    #[must_use]
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Returns one of them.
    #[must_use]
    pub fn task(&self, id: impl Into<u64>) -> Option<&Task> {
        let id = id.into();
        let at = self.tasks.binary_search_by_key(&id, |task| task.id).ok()?;
        self.tasks.get(at)
    }

    /// Returns those that were caused by one of them.
    pub fn children(&self, id: impl Into<u64>) -> impl Iterator<Item = &Task> {
        let id = id.into();
        self.tasks
            .iter()
            .filter(move |task| task.trigger == id && task.id != id)
    }

    /// Returns the names of threads; the number of a thread is its place in here.
    #[must_use]
    pub fn threads(&self) -> &[Arc<str>] {
        &self.threads
    }

    /// Returns the contexts that were lost since the recording began.
    #[must_use]
    pub fn losses(&self) -> &[LossText] {
        &self.losses
    }

    /// Returns the time from which on nothing is missing.
    #[must_use]
    pub fn begin(&self) -> u64 {
        self.begin
    }

    /// Returns the time when it was taken.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Returns how many events it was made of.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Returns how many events were overwritten by later ones.
    #[must_use]
    pub fn overwritten(&self) -> u64 {
        self.overwritten
    }

    /// Returns how many things found no place in the table of what is alive.
    #[must_use]
    pub fn not_shown(&self) -> u64 {
        self.not_shown
    }
}

impl Task {
    /// Returns its id.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        AsyncId::try_from(self.id).unwrap_or(AsyncId::NONE)
    }

    /// Returns the id of what caused it.
    #[must_use]
    pub fn trigger_async_id(&self) -> AsyncId {
        AsyncId::try_from(self.trigger).unwrap_or(AsyncId::NONE)
    }

    /// Returns its type.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// Returns the name of the type of its future; empty if it is no task.
    #[must_use]
    pub fn future(&self) -> &str {
        &self.future
    }

    /// Returns the function of its future; empty if it is no task.
    #[must_use]
    pub fn function(&self) -> &str {
        crate::text::function(&self.future)
    }

    /// Returns where it was created, if that is known.
    #[must_use]
    pub fn place(&self) -> Option<&SourcePlace> {
        self.place.as_ref()
    }

    /// Returns `true` if it is a tracked future.
    #[must_use]
    pub fn is_promise(&self) -> bool {
        self.is_promise
    }

    /// Returns what it is polled within, if that is no executor.
    #[must_use]
    pub fn polled_in(&self) -> Option<u64> {
        self.polled_in
    }

    /// Returns what it carries since its creation.
    #[must_use]
    pub fn stores(&self) -> &[StoreText] {
        &self.stores
    }

    /// Returns when it was created; the begin of the recording if that was earlier and is not known.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.created
    }

    /// Returns the thread that created it, if that is known.
    #[must_use]
    pub fn created_on(&self) -> Option<u32> {
        self.created_on
    }

    /// Returns `true` if it was created before the recording begins.
    #[must_use]
    pub fn is_torn(&self) -> bool {
        self.is_torn
    }

    /// Returns its polls in order.
    #[must_use]
    pub fn polls(&self) -> &[Poll] {
        &self.polls
    }

    /// Returns its wakes in order.
    #[must_use]
    pub fn wakes(&self) -> &[Wake] {
        &self.wakes
    }

    /// Returns the reads in it that found a context lost.
    #[must_use]
    pub fn unset(&self) -> &[Unset] {
        &self.unset
    }

    /// Returns when it was ready.
    #[must_use]
    pub fn finished(&self) -> Option<u64> {
        self.finished
    }

    /// Returns when it was destroyed. What was not is alive at the end.
    #[must_use]
    pub fn destroyed(&self) -> Option<u64> {
        self.destroyed
    }
}
