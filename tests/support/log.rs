//! A log of the events that a hook receives. Ids are those of the test's own environment: the first is 2.
//!
//! In a detailed line the id is followed by where the callback ran (execution id < trigger id), and by the current store.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_hooks::{AsyncHook, AsyncHooks, AsyncId, AsyncLocalStorage, Init, Interest};

/// The storage that detailed lines tell of.
pub(crate) static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();

/// Lines, in the order in which they were written. Clones write to the same log.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// A log that nobody writes to as yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A log of all events of the current environment, in brief.
    pub(crate) fn start() -> Self {
        let log = Self::new();
        log.hook(Interest::new()).enable();
        log
    }

    /// A log of all events of the current environment, with ids and stores.
    pub(crate) fn start_detailed() -> Self {
        let log = Self::new();
        log.detailed_hook(Interest::new()).enable();
        log
    }

    /// A log of all events of the current environment, with ids.
    pub(crate) fn start_with_ids() -> Self {
        let log = Self::new();
        async_hooks::create_hook(Writer::new(&log, Interest::new(), Lines::WithIds)).enable();
        log
    }

    /// A disabled hook that writes brief lines.
    pub(crate) fn hook(&self, interest: Interest) -> AsyncHook {
        async_hooks::create_hook(Writer::new(self, interest, Lines::Brief))
    }

    /// A disabled hook that writes detailed lines.
    pub(crate) fn detailed_hook(&self, interest: Interest) -> AsyncHook {
        async_hooks::create_hook(Writer::new(self, interest, Lines::Detailed))
    }

    /// Writes a line of the test's own between the events.
    pub(crate) fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    /// Takes the lines out.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// How much a line says.
#[derive(Clone, Copy)]
enum Lines {
    /// `before A`
    Brief,
    /// `before 2`; of a new one, `init A 2<1`.
    WithIds,
    /// `before A 2, in 2<1, store 7`
    Detailed,
}

struct Writer {
    log: Log,
    interest: Interest,
    lines: Lines,
    types: Mutex<HashMap<AsyncId, &'static str>>,
}

impl Writer {
    fn new(log: &Log, interest: Interest, lines: Lines) -> Self {
        Self {
            log: log.clone(),
            interest,
            lines,
            types: Mutex::default(),
        }
    }

    fn write(&self, event: &str, id: AsyncId, trigger: &str) {
        let ty = self.types.lock().unwrap().get(&id).copied().unwrap_or("?");
        self.log.note(match self.lines {
            Lines::Brief => format!("{event} {ty}"),
            Lines::WithIds if event == "init" => format!("{event} {ty} {id}{trigger}"),
            Lines::WithIds => format!("{event} {id}"),
            Lines::Detailed => format!("{event} {ty} {id}{trigger}, {}", here()),
        });
    }
}

impl AsyncHooks for Writer {
    fn init(&self, resource: &Init<'_>) {
        let id = resource.async_id();
        let ty = resource.resource_type();
        self.types.lock().unwrap().insert(id, ty);
        self.write("init", id, &format!("<{}", resource.trigger_async_id()));
    }
    fn before(&self, id: AsyncId) {
        self.write("before", id, "");
    }
    fn after(&self, id: AsyncId) {
        self.write("after", id, "");
    }
    fn promise_resolve(&self, id: AsyncId) {
        self.write("resolve", id, "");
    }
    fn destroy(&self, id: AsyncId) {
        self.write("destroy", id, "");
    }
    fn interest(&self) -> Interest {
        self.interest.clone()
    }
}

/// Where this runs: execution id < trigger id, and the current store.
pub(crate) fn here() -> String {
    let store = STORE.get().map_or("-".into(), |store| store.to_string());
    let (execution, trigger) = ids();
    format!("in {execution}<{trigger}, store {store}")
}

/// The execution id and the trigger id.
pub(crate) fn ids() -> (u64, u64) {
    (
        async_hooks::execution_async_id().get(),
        async_hooks::trigger_async_id().get(),
    )
}
