//! Environments: isolated worlds of ids and hooks.

use std::sync::{
    Arc,
    atomic::Ordering::{Relaxed, SeqCst},
};

use super::{
    hook_list::{HookList, Listed, NO_HOOKS},
    ids::Ids,
    published::{
        fence,
        list::{Published, QuickReading, Reading},
    },
};
use crate::{
    context::contained::drop_contained,
    counters,
    event::phase::Phase,
    frame::{Frame, Key, RootId},
    hook::{
        interest::Phases,
        listener::{Hook, Registration},
    },
    id::AsyncId,
    subject::extensions::TableOf,
    sync::{AtomicBool, AtomicU8},
};

/// What an environment has of its own.
pub(crate) struct Environment {
    ids: Ids,
    hooks: Published<HookList>,
    /// The phases that enabled hooks listen to.
    heard: AtomicU8,
    closed: AtomicBool,
    pub(crate) extensions: TableOf,
}

static GLOBAL: Environment = Environment::new(Ids::InBlocks, TableOf::GLOBAL);

/// At the bottom of every frame of an environment that is not the global one: so whatever carries a frame carries it.
static BOTTOM: Key<Arc<Environment>> = Key::new();

/// An environment that somebody keeps; nothing for the global one.
pub(crate) type Shared = Option<Arc<Environment>>;

impl Environment {
    const fn new(ids: Ids, extensions: TableOf) -> Self {
        Self {
            ids,
            hooks: Published::new(),
            heard: AtomicU8::new(0),
            closed: AtomicBool::new(false),
            extensions,
        }
    }

    /// Creates one, and its empty frame.
    pub(crate) fn create() -> (Arc<Self>, Frame) {
        let new = Arc::new(Self::new(Ids::one_by_one(), TableOf::new()));
        let frame = BOTTOM.root_frame(Arc::clone(&new));
        (new, frame)
    }

    /// Runs `f` with the environment of the current frame.
    #[inline]
    pub(crate) fn with_current<R>(f: impl FnOnce(&Self) -> R) -> R {
        let shared = Self::current();
        f(Self::of(&shared)) // in one place: it is inlined
    }

    /// The one that is there before any is created.
    #[inline]
    pub(crate) fn global() -> &'static Self {
        &GLOBAL
    }

    /// The environment of the current frame.
    #[inline]
    pub(crate) fn current() -> Shared {
        if RootId::current() == RootId::GLOBAL {
            None
        } else {
            Self::current_other()
        }
    }

    #[cold]
    #[inline(never)]
    fn current_other() -> Shared {
        BOTTOM.with_root(|bottom| bottom.cloned())
    }

    /// Runs `f` with the environment whose empty frame this is.
    pub(crate) fn with_root<R>(root: &Frame, f: impl FnOnce(&Self) -> R) -> R {
        if root.is_none() {
            f(&GLOBAL)
        } else {
            root.run(|| Self::with_current(f))
        }
    }

    #[inline]
    pub(crate) fn of(shared: &Shared) -> &Self {
        shared.as_deref().unwrap_or(&GLOBAL)
    }

    /// The extensions of the environment of the current frame.
    pub(crate) fn current_extensions() -> TableOf {
        Self::with_current(|environment| environment.extensions.clone())
    }

    /// Takes the next id.
    #[inline]
    pub(crate) fn next_id(&self) -> AsyncId {
        self.ids.next()
    }

    /// Runs `f` with the hooks enabled when this thread's outermost emission in this environment began.
    #[inline]
    pub(crate) fn hooks<R>(&self, f: impl FnOnce(&HookList) -> R) -> R {
        f(self.read_hooks().list().unwrap_or(&NO_HOOKS))
    }

    /// Begins to read the hooks enabled when this thread's outermost emission in this environment began.
    pub(crate) fn read_hooks(&self) -> Reading<'_, HookList> {
        self.hooks.read()
    }

    /// As [`read_hooks`](Self::read_hooks), in the usual case.
    #[inline]
    pub(crate) fn read_hooks_quickly(&self) -> Option<QuickReading<'_, HookList>> {
        self.hooks.read_quickly()
    }

    /// To be called when a hook is created, for the emissions of the process to be quick.
    pub(crate) fn expect_hooks() {
        fence::prepare();
    }

    /// Enables a hook, unless the environment is closed.
    pub(crate) fn enable(&self, hook: &Arc<Hook>) -> Arc<Registration> {
        let new = Arc::new(Registration::new(hook.interest.refused()));
        if self.closed.load(SeqCst) {
            new.end();
            return new;
        }
        counters::HOOKS.up();
        let listed = Listed::new(hook, &new);
        self.publish(|hooks| hooks.push(listed));
        if self.closed.load(SeqCst) {
            self.disable(&new); // `close` may have come in between, and have missed it
        }
        new
    }

    /// Drops what disabled hooks captured, unless an emission may still call them: then that does it at its end.
    pub(crate) fn drop_disabled(&self) {
        self.hooks.collect();
    }

    /// Ends a registration; nothing happens if it has ended. To be followed by [`drop_disabled`](Self::drop_disabled).
    pub(crate) fn disable(&self, registration: &Arc<Registration>) {
        if registration.end() {
            counters::HOOKS.down();
            self.publish(|hooks| {
                hooks.retain(|other| !Arc::ptr_eq(&other.registration, registration))
            });
        }
    }

    /// Changes the list of hooks.
    fn publish(&self, change: impl FnOnce(&mut Vec<Listed>)) {
        self.hooks.update(|old| {
            let mut hooks = HookList::all(old).cloned().collect();
            change(&mut hooks); // nothing of the user's is dropped: the old list has it all
            let new = HookList::of(hooks);
            self.heard.store(new.phases().bits(), Relaxed); // under the lock of `update`: the last one stays
            new
        });
    }

    /// Returns `true` if an enabled hook of this environment listens to this phase.
    #[inline]
    pub(crate) fn hears(&self, phase: Phase) -> bool {
        Phases::from_bits(self.heard.load(Relaxed)).has(phase)
    }

    /// Disables every hook for good. What is left of the environment lives on in silence.
    fn close(&self) {
        self.closed.store(true, SeqCst);
        let mut hooks = Vec::new();
        // moved out, not read: within an emission that would be the list that it began with
        self.publish(|enabled| hooks = std::mem::take(enabled));
        for listed in &hooks {
            self.disable(&listed.registration);
        }
        drop_contained(hooks);
        self.drop_disabled();
    }
}

/// What the handles of an environment share.
#[derive(Clone)]
pub(crate) struct Handle(Arc<Inner>);

struct Inner {
    environment: Arc<Environment>,
    frame: Frame,
}

impl Handle {
    pub(crate) fn create() -> Self {
        let (environment, frame) = Environment::create();
        Self(Arc::new(Inner { environment, frame }))
    }

    pub(crate) fn frame(&self) -> &Frame {
        &self.0.frame
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.environment.close();
    }
}
