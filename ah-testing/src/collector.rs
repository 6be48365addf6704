//! A hook that records every event.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use ah_core::{
    AsyncHook, AsyncHooks, AsyncId, Init, Interest, Phase, create_hook, execution_async_id,
    flush_destroys,
};

use crate::{BrokenLaws, Event, exempt::Exemptions, laws};

/// Records all events of the environment in which it is created, for as long as it lives.
///
/// It receives what the callbacks of other hooks cause, too, since the laws hold for that as well. It wants futures, so
/// that every tracked one has an id while it listens: [`stop`](Self::stop) it in a test of what happens when nobody
/// does.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let collector = ah_testing::Collector::start();
/// drop(async_hooks::AsyncResource::new("DBQuery"));
/// assert_eq!(collector.events().len(), 2);
/// assert!(collector.check().is_ok());
/// ```
#[derive(Debug)]
pub struct Collector {
    records: Arc<Mutex<Records>>,
    exemptions: Exemptions,
    hook: AsyncHook,
}

impl Collector {
    /// Creates a collector that listens.
    #[must_use]
    pub fn start() -> Self {
        let records = Arc::new(Mutex::new(Records::default()));
        let hook = create_hook(Recorder(Arc::clone(&records)));
        hook.enable();
        Self {
            records,
            exemptions: Exemptions::default(),
            hook,
        }
    }

    /// Stops listening, for good. What runs or is alive by then is not held against the laws.
    pub fn stop(&self) {
        self.hook.disable();
        self.records().stopped = true;
    }

    /// Exempts this id from the laws, though it may be a trigger.
    ///
    /// For resources of which the collector did not receive the init, ones that are destroyed manually and entered
    /// again or whose bound closures outlive them, ones that are never to be destroyed, and for low-level emits.
    pub fn exempt(&self, id: AsyncId) {
        self.exemptions.add(id);
    }

    /// Returns what was received until now, in order.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.records().events.clone()
    }

    /// Returns the events received since the last call, as text: see [`Event`].
    #[must_use]
    pub fn take_lines(&self) -> Vec<String> {
        let mut records = self.records();
        let new = records.events[records.taken..].iter().map(Event::to_string);
        let lines = new.collect();
        records.taken = records.events.len();
        lines
    }

    /// Returns how often this happened to this resource.
    #[must_use]
    pub fn count(&self, phase: Phase, id: AsyncId) -> usize {
        let records = self.records();
        let matching = records
            .events
            .iter()
            .filter(|event| event.phase == phase && event.async_id == id);
        matching.count()
    }

    /// Checks the laws for what was received until now, which is to be the end: nothing may be open.
    ///
    /// # Errors
    ///
    /// If any was broken.
    pub fn check(&self) -> Result<(), BrokenLaws> {
        flush_destroys();
        let records = self.records();
        laws::check(&records.events, &self.exemptions.get(), !records.stopped)
    }

    pub(crate) fn exemptions(&self) -> &Exemptions {
        &self.exemptions
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        lock(&self.records)
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.hook.disable();
    }
}

#[derive(Default, Debug)]
struct Records {
    events: Vec<Event>,
    /// How many of them were handed out as lines.
    taken: usize,
    types: HashMap<AsyncId, &'static str>,
    stopped: bool,
}

fn lock(records: &Mutex<Records>) -> MutexGuard<'_, Records> {
    records.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Recorder(Arc<Mutex<Records>>);

impl Recorder {
    fn record(&self, phase: Phase, id: AsyncId, init: Option<&Init<'_>>) {
        let mut records = lock(&self.0);
        if let Some(init) = init {
            records.types.insert(id, init.resource_type());
        }
        let event = Event {
            phase,
            async_id: id,
            resource_type: records.types.get(&id).copied(),
            trigger_async_id: init.map(Init::trigger_async_id),
            execution_async_id: execution_async_id(),
            thread: thread::current().id(),
        };
        records.events.push(event);
    }
}

impl AsyncHooks for Recorder {
    fn init(&self, resource: &Init<'_>) {
        self.record(Phase::Init, resource.async_id(), Some(resource));
    }
    fn before(&self, id: AsyncId) {
        self.record(Phase::Before, id, None);
    }
    fn after(&self, id: AsyncId) {
        self.record(Phase::After, id, None);
    }
    fn promise_resolve(&self, id: AsyncId) {
        self.record(Phase::PromiseResolve, id, None);
    }
    fn destroy(&self, id: AsyncId) {
        self.record(Phase::Destroy, id, None);
    }
    fn interest(&self) -> Interest {
        Interest::new().reentrant(true) // causes nothing itself
    }
    fn name(&self) -> &str {
        "ah_testing::Collector"
    }
}
