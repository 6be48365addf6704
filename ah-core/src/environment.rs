//! Environments: isolated worlds of ids and hooks.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{
            self,
            Ordering::{Relaxed, SeqCst},
        },
    },
};

use crate::{
    AsyncId,
    contained::drop_contained,
    counters,
    extensions::TableOf,
    frame::{Frame, Key, RootId},
    hook::{Asked, Hook, Phases, Registration},
    identity::Identity,
    phase::Phase,
    published::{
        fence,
        list::{Published, QuickReading, Reading},
    },
    sync::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, thread_local},
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

    /// Makes a new one, and its empty frame.
    pub(crate) fn create() -> (Arc<Self>, Frame) {
        let new = Arc::new(Self::new(
            Ids::OneByOne(AtomicU64::new(AsyncId::FIRST)),
            TableOf::new(),
        ));
        let frame = BOTTOM.root_frame(Arc::clone(&new));
        (new, frame)
    }

    /// Runs `f` with the environment of the frame in force.
    #[inline]
    pub(crate) fn with_current<R>(f: impl FnOnce(&Self) -> R) -> R {
        let shared = Self::current();
        f(Self::of(&shared)) // in one place: it is inlined
    }

    /// The one that is there before any is made.
    #[inline]
    pub(crate) fn global() -> &'static Self {
        &GLOBAL
    }

    /// The environment of the frame in force.
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

    /// The extensions of the environment of the frame in force.
    pub(crate) fn current_extensions() -> TableOf {
        Self::with_current(|environment| environment.extensions.clone())
    }

    /// Takes the next id.
    #[inline]
    pub(crate) fn next_id(&self) -> AsyncId {
        AsyncId::of(match &self.ids {
            Ids::InBlocks => next_of_block(),
            Ids::OneByOne(next) => next.fetch_add(1, Relaxed),
        })
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
            let new = HookList { hooks };
            self.heard.store(new.phases().bits(), Relaxed); // under the lock of `update`: the last one stays
            new
        });
    }

    /// Does any enabled hook of this environment listen to this phase?
    #[inline]
    pub(crate) fn hears(&self, phase: Phase) -> bool {
        Phases::from_bits(self.heard.load(Relaxed)).has(phase)
    }

    /// Disables every hook for good. What is left of the environment lives on in silence.
    fn close(&self) {
        self.closed.store(true, SeqCst);
        let mut hooks = Vec::new();
        // taken out, not read: within an emission that would be the list that it began with
        self.publish(|enabled| hooks = std::mem::take(enabled));
        for listed in &hooks {
            self.disable(&listed.registration);
        }
        drop_contained(hooks);
        self.drop_disabled();
    }
}

/// Before the first list.
static NO_HOOKS: HookList = HookList { hooks: Vec::new() };

/// The enabled hooks, in the order of their enabling.
pub(crate) struct HookList {
    hooks: Vec<Listed>,
}

impl HookList {
    fn all(list: Option<&Self>) -> impl Iterator<Item = &Listed> {
        list.into_iter().flat_map(|list| &list.hooks)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.hooks.is_empty()
    }

    /// The hook, if it is the only one.
    #[inline]
    pub(crate) fn only(&self) -> Option<&Listed> {
        match &self.hooks[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The hooks that want this event.
    #[inline]
    pub(crate) fn wanting<'a>(
        &'a self,
        phase: Phase,
        subject: &'a Identity,
    ) -> impl Iterator<Item = &'a Listed> {
        let asked = Asked::event(phase, subject);
        self.hooks
            .iter()
            .filter(move |listed| listed.wants(asked, subject))
    }

    /// Does any hook want anything of it?
    #[inline]
    pub(crate) fn wants(&self, subject: &Identity) -> bool {
        let asked = Asked::anything(subject);
        let mut hooks = self.hooks.iter();
        hooks.any(|listed| {
            listed.wants(asked, subject) && (subject.is_promise() || listed.hears_resources())
        })
    }

    /// The phases that any hook wants.
    fn phases(&self) -> Phases {
        self.hooks
            .iter()
            .fold(Phases::NONE, |all, listed| all.and(listed.phases))
    }
}

/// A registration in a list. Counted as a listener for as long as a list that somebody may read holds it: so an emission
/// goes on to reach a hook that was disabled within it.
pub(crate) struct Listed {
    phases: Phases,
    pub(crate) hook: Arc<Hook>,
    pub(crate) registration: Arc<Registration>,
}

impl Listed {
    fn new(hook: &Arc<Hook>, registration: &Arc<Registration>) -> Self {
        count(hook, AtomicUsize::fetch_add);
        Self {
            phases: hook.interest.all_phases(),
            hook: Arc::clone(hook),
            registration: Arc::clone(registration),
        }
    }

    /// Whether it wants what is asked for of this one.
    #[inline]
    pub(crate) fn wants(&self, asked: Asked, subject: &Identity) -> bool {
        let refused = self.registration.refused();
        !refused.refuses(asked, subject, &self.hook.interest)
    }

    /// Whether it wants anything of what is no future.
    #[inline(never)]
    fn hears_resources(&self) -> bool {
        self.phases.meets(Phases::OF_RESOURCES) && self.hook.listener.hears_resources()
    }
}

impl Clone for Listed {
    fn clone(&self) -> Self {
        Self::new(&self.hook, &self.registration)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        count(&self.hook, AtomicUsize::fetch_sub);
    }
}

/// How an environment hands out ids.
enum Ids {
    /// In blocks per thread.
    InBlocks,
    OneByOne(AtomicU64),
}

/// A model reaches the end of a block, too.
const BLOCK: u64 = if cfg!(any(ah_loom, ah_shuttle)) {
    2
} else {
    1024
};

thread_local! {
    /// The next id of this thread's block, and the end of the block.
    static NEXT: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

#[inline]
fn next_of_block() -> u64 {
    let (next, end) = NEXT.get();
    if next == end {
        return first_of_next_block();
    }
    NEXT.with(|block| block.set((next + 1, end))); // `set` of a thread-local is not inlined
    next
}

#[cold]
fn first_of_next_block() -> u64 {
    static BLOCKS: AtomicU64 = AtomicU64::new(AsyncId::FIRST);
    let first = BLOCKS.fetch_add(BLOCK, Relaxed);
    NEXT.set((first + 1, first + BLOCK));
    first
}

/// How many enabled hooks listen to a phase, over all environments.
static LISTENERS: [AtomicUsize; Phase::COUNT] = [const { AtomicUsize::new(0) }; Phase::COUNT];
/// How many enabled hooks there are, over all environments.
static HOOKS: AtomicUsize = AtomicUsize::new(0);
/// How many enabled hooks track futures.
static FUTURE_LISTENERS: AtomicUsize = AtomicUsize::new(0);

/// Does anybody, in any environment, listen to this phase? One relaxed load and a branch: no order is needed, since what
/// is delivered is read from the published list.
#[inline]
pub(crate) fn is_heard(phase: Phase) -> bool {
    LISTENERS[phase as usize].load(Relaxed) != 0
}

/// Does anybody, in any environment, listen to anything?
#[inline]
pub(crate) fn is_anything_heard() -> bool {
    HOOKS.load(Relaxed) != 0
}

/// Does anybody, in any environment, track futures?
#[inline]
pub(crate) fn are_futures_heard() -> bool {
    FUTURE_LISTENERS.load(Relaxed) != 0
}

/// Takes the ways of what is heard, for what is counted on them.
pub(crate) fn listen_for_statistics() {
    LISTENERS[Phase::Init as usize].fetch_add(1, Relaxed);
    LISTENERS[Phase::Destroy as usize].fetch_add(1, Relaxed);
    FUTURE_LISTENERS.fetch_add(1, Relaxed);
}

fn count(hook: &Hook, step: impl Fn(&AtomicUsize, usize, atomic::Ordering) -> usize) {
    use Phase::{After, Before, Destroy, Init, PromiseResolve, Settled};
    step(&HOOKS, 1, Relaxed);
    for phase in [Init, Before, After, PromiseResolve, Destroy, Settled] {
        if hook.interest.wants_phase(phase) {
            step(&LISTENERS[phase as usize], 1, Relaxed);
        }
    }
    if hook.interest.wants_promises() {
        step(&FUTURE_LISTENERS, 1, Relaxed);
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
