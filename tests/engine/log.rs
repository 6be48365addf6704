//! A log of what a hook hears, and the few tools that all tests share.
//!
//! A brief line is `before A`: the event and the type. A detailed one is `before A 2, in 2<1, store 7`: then come the id,
//! where the callback ran (execution id < trigger id), and the store in force there; `init` tells its trigger, too.
//! Ids are those of the test's own environment: the first is 2.

use std::{
    collections::HashMap,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use ah_testing::{CheckedEnv, exempt};
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

    /// A disabled hook that writes brief lines.
    pub(crate) fn hook(&self, interest: Interest) -> AsyncHook {
        async_hooks::create_hook(Writer::new(self, interest, false))
    }

    /// A disabled hook that writes detailed lines.
    pub(crate) fn detailed_hook(&self, interest: Interest) -> AsyncHook {
        async_hooks::create_hook(Writer::new(self, interest, true))
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

struct Writer {
    log: Log,
    interest: Interest,
    detailed: bool,
    types: Mutex<HashMap<AsyncId, &'static str>>,
}

impl Writer {
    fn new(log: &Log, interest: Interest, detailed: bool) -> Self {
        Self {
            log: log.clone(),
            interest,
            detailed,
            types: Mutex::default(),
        }
    }

    fn write(&self, event: &str, id: AsyncId, trigger: &str) {
        let ty = self.types.lock().unwrap().get(&id).copied().unwrap_or("?");
        let details = match self.detailed {
            true => format!(" {id}{trigger}, {}", here()),
            false => String::new(),
        };
        self.log.note(format!("{event} {ty}{details}"));
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

/// Runs a test in an environment of its own, under the laws.
pub(crate) fn in_env<R: async_hooks::RunOutput<async_hooks::Value>>(f: impl FnOnce() -> R) -> R {
    CheckedEnv::new().run(f)
}

/// The same, where the laws do not hold for these ids: a test made them up, or says why.
pub(crate) fn in_env_exempt<const N: usize>(ids: [u64; N], f: impl FnOnce()) {
    in_env(|| {
        ids.into_iter()
            .for_each(|id| exempt(AsyncId::new(id).expect("an id")));
        f();
    });
}

/// Runs a test of what happens where nobody listens, so not under the laws: they are checked by listening.
pub(crate) fn in_quiet_env<R: async_hooks::RunOutput<async_hooks::Value>>(
    f: impl FnOnce() -> R,
) -> R {
    async_hooks::Env::new().run(f)
}

/// Runs a test where nobody listens, and once more under the laws.
pub(crate) fn in_both_envs(f: impl Fn()) {
    in_quiet_env(&f);
    in_env(f);
}

/// Where this runs: execution id < trigger id, and the store in force.
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

/// Polls once, with a waker that does nothing.
pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Pending at its first poll, ready at the second.
pub(crate) async fn yield_once() {
    let mut polled = false;
    poll_fn(|_| match std::mem::replace(&mut polled, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}

/// Calls its closure when it is dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs `f` and returns the message of its panic.
pub(crate) fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
    let payload = caught.err().expect("it should have panicked");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).to_string(),
    }
}
