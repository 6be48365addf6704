//! What the rows share: counters per resource, futures polled manually, shared cells.

use std::{
    cell::RefCell,
    future::Future,
    rc::Rc,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

pub(crate) use ah_testing::{Collector, Fifo, checked};
use async_hooks::{AsyncHook, AsyncId, HooksBuilder, Phase};

pub(crate) use crate::shared::{poll, yield_once as yield_now};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Creates a hook of a builder's callbacks, and enables it.
pub(crate) fn enable(hooks: HooksBuilder) -> AsyncHook {
    let hook = async_hooks::create_hook(hooks.build());
    hook.enable();
    hook
}

/// Notes in order. Clones write to the same.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn add(&self, note: impl Into<String>) {
        self.0.lock().unwrap().push(note.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// A callback that notes this and the id that it gets.
    pub(crate) fn on(&self, what: &'static str) -> impl Fn(AsyncId) + Send + Sync + use<> {
        let notes = self.clone();
        move |id| notes.add(format!("{what} {id}"))
    }

    /// Notes every event under the name of a hook.
    pub(crate) fn hook(&self, name: &'static str) -> AsyncHook {
        async_hooks::create_hook(self.all(name).build())
    }

    pub(crate) fn all(&self, name: &'static str) -> HooksBuilder {
        let write = |event: &'static str| {
            let notes = self.clone();
            move |id: AsyncId| notes.add(format!("{name}: {event} {id}"))
        };
        let init = write("init");
        async_hooks::Hooks::builder()
            .init(move |resource| init(resource.async_id()))
            .before(write("before"))
            .after(write("after"))
            .promise_resolve(write("resolve"))
            .destroy(write("destroy"))
    }
}

/// A cell to be filled in by a callback.
pub(crate) struct Cell<T>(Rc<RefCell<Vec<T>>>);

impl<T> Clone for Cell<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Cell<T> {
    pub(crate) fn new() -> Self {
        Self(Rc::default())
    }

    pub(crate) fn push(&self, value: T) {
        self.0.borrow_mut().push(value);
    }

    pub(crate) fn take(&self) -> Vec<T> {
        self.0.take()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

/// How often init, before, after and destroy of a resource were delivered.
pub(crate) fn counts(collector: &Collector, id: AsyncId) -> [usize; 4] {
    [Phase::Init, Phase::Before, Phase::After, Phase::Destroy]
        .map(|phase| collector.count(phase, id))
}

/// The init events of this type: id and trigger.
pub(crate) fn inits(collector: &Collector, ty: &str) -> Vec<(AsyncId, AsyncId)> {
    let events = collector.events();
    let inits = events
        .iter()
        .filter(|event| event.phase == Phase::Init && event.resource_type == Some(ty));
    inits
        .map(|event| (event.async_id, event.trigger_async_id.unwrap()))
        .collect()
}

/// The execution id and the trigger id.
pub(crate) fn ids() -> (u64, u64) {
    (
        async_hooks::execution_async_id().get(),
        async_hooks::trigger_async_id().get(),
    )
}

/// Polls a future that must be ready.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match poll(std::pin::pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("not ready"),
    }
}

/// Runs `f` and contains its panic. Returns `true` if it panicked.
pub(crate) fn panics<R>(f: impl FnOnce() -> R) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err()
}

/// A runtime of tokio's with real sockets, on this thread.
pub(crate) fn tokio_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// As [`tokio_runtime`], with a clock that moves only when all wait for it.
pub(crate) fn paused_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime")
}

/// A runtime of tokio's on two threads of its own.
pub(crate) fn two_workers() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Turns a callback that is called once into one that may be called again.
pub(crate) fn once(f: impl FnOnce()) -> impl FnMut() {
    let mut f = Some(f);
    move || f.take().into_iter().for_each(|f| f())
}
