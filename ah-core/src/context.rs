//! Who runs on this thread: the stack of execution contexts, and the default trigger.
//!
//! The innermost context is in a cell; the stack holds the ones it covers. Entries of guards are marked, so that
//! [`find`] leaves them alone. A *task boundary* starts a stretch of its own: no default trigger, and in no scope.

use std::{
    cell::{Cell, RefCell},
    mem::ManuallyDrop,
};

use crate::{
    AsyncId,
    frame::RootId,
    identity::Identity,
    report::{EngineError, report},
};

/// Who runs, and in which environment it does.
#[derive(Clone, Copy)]
struct Running {
    who: Identity,
    root: RootId,
}

struct State {
    current: Cell<Running>,
    covered: RefCell<Vec<Running>>,
    /// How many there are in `covered`.
    level: Cell<usize>,
    /// How many contexts were covered when the innermost task boundary began.
    base: Cell<usize>,
    default_trigger: Cell<Option<AsyncId>>,
}

thread_local! {
    // no `Drop`: contexts are entered while the thread ends, too
    static STATE: ManuallyDrop<State> = const {
        ManuallyDrop::new(State {
            current: Cell::new(Running { who: Identity::ROOT, root: RootId::GLOBAL }),
            covered: RefCell::new(Vec::new()),
            level: Cell::new(0),
            base: Cell::new(0),
            default_trigger: Cell::new(None),
        })
    };
    static AT_EXIT: AtExit = const { AtExit };
}

/// Frees the stack's memory.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        STATE.with(|state| state.free_if_empty());
    }
}

impl State {
    /// Covers the current context, and returns the level at which it is.
    #[inline]
    fn push(&self, context: Running) -> usize {
        let mut covered = self.covered.borrow_mut();
        if covered.len() == covered.capacity() {
            let _ = AT_EXIT.try_with(|_| ()); // about to allocate
        }
        let level = self.level.get();
        covered.push(self.current.replace(context));
        self.level.set(level + 1);
        level
    }

    /// Goes back to the context that was covered at `level`.
    #[inline]
    fn cut(&self, level: usize) {
        if level >= self.level.get() {
            return;
        }
        let mut covered = self.covered.borrow_mut();
        self.current.set(covered[level]);
        covered.truncate(level);
        self.level.set(level);
        if level == 0 && AT_EXIT.try_with(|_| ()).is_err() {
            drop(covered);
            self.free_if_empty();
        }
    }

    fn free_if_empty(&self) {
        let mut covered = self.covered.borrow_mut();
        if covered.is_empty() {
            *covered = Vec::new();
        }
    }
}

impl State {
    /// The innermost context. An environment that was entered by something without an id is in its root.
    #[inline]
    fn who(&self) -> Identity {
        let Running { who, root } = self.current.get();
        if root == RootId::current() {
            who
        } else {
            Identity::ROOT.muted(who.is_muted())
        }
    }

    #[inline]
    fn mute(&self) {
        let running = self.current.get();
        self.current.set(Running {
            who: running.who.muted(true),
            ..running
        });
    }
}

/// The innermost context.
#[inline]
pub(crate) fn current() -> Identity {
    STATE.with(|state| state.who())
}

/// Sets the context of this thread outside of any scope.
pub(crate) fn set_bottom(who: Identity) {
    STATE.with(|state| {
        state.current.set(Running {
            who,
            root: RootId::GLOBAL,
        })
    });
}

/// Runs `f`; what it makes is caused by a hook. That is no scope: who runs is who ran before.
#[cold]
pub(crate) fn muted<R>(f: impl FnOnce() -> R) -> R {
    let _unmute = STATE.with(|state| {
        let unmute = Unmute {
            level: state.level.get(),
            was: state.current.get(),
        };
        state.mute();
        unmute
    });
    f()
}

struct Unmute {
    level: usize,
    was: Running,
}

impl Drop for Unmute {
    fn drop(&mut self) {
        let Self { level, was } = *self;
        STATE.with(|state| match state.covered.borrow_mut().get_mut(level) {
            Some(covered) => *covered = was, // by what was entered by hand, and not left
            None if state.level.get() < level => (), // it was left by hand
            None => state.current.set(was),
        });
    }
}

/// Is this thread in a scope, since the innermost task boundary?
#[inline]
pub(crate) fn in_scope() -> bool {
    STATE.with(|state| state.level.get() > state.base.get())
}

/// Is this id on this thread's stack?
pub(crate) fn is_on_stack(id: AsyncId) -> bool {
    STATE.with(|state| {
        let covered = state.covered.borrow();
        covered
            .iter()
            .chain([&state.current.get()])
            .any(|running| running.who.id() == id)
    })
}

/// Enters a context of the current environment until the guard goes.
#[inline]
pub(crate) fn enter(who: &Identity) -> Entered {
    enter_in(who, RootId::current())
}

/// Enters a context of this environment until the guard goes.
#[inline]
pub(crate) fn enter_in(who: &Identity, root: RootId) -> Entered {
    STATE.with(|state| {
        // what is made in here is caused by a hook if this is, or if we are in one
        let who = who.muted(state.current.get().who.is_muted()).guarded();
        Entered {
            level: state.push(Running { who, root }),
            id: who.id(),
        }
    })
}

/// Leaves a context, and what was entered above it by hand.
#[must_use = "the context is left when this is dropped"]
#[derive(Debug)]
pub(crate) struct Entered {
    level: usize,
    id: AsyncId,
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        STATE.with(|state| {
            let found = state.level.get();
            let actual = state.current.get().who.id();
            state.cut(self.level);
            if found != self.level + 1 {
                report(&EngineError::ScopeNotLeft {
                    actual,
                    expected: self.id,
                });
            }
        });
    }
}

/// Enters a context by hand.
pub(crate) fn push(who: Identity) {
    STATE.with(|state| {
        let who = who.muted(state.current.get().who.is_muted());
        state.push(Running {
            who,
            root: RootId::current(),
        });
    });
}

/// What [`find`] found.
pub(crate) enum Found {
    /// The innermost context, or one below others that were all entered by hand.
    At { level: usize, on_top: bool },
    /// Nothing that may be left by hand.
    No,
}

/// Looks for a context entered by hand that [`cut_to`] may leave.
pub(crate) fn find(id: AsyncId) -> Found {
    STATE.with(|state| {
        let covered = state.covered.borrow();
        let mut context = state.current.get().who;
        for level in (state.base.get()..covered.len()).rev() {
            if context.is_guarded() {
                return Found::No;
            }
            if context.id() == id {
                return Found::At {
                    level,
                    on_top: level + 1 == covered.len(),
                };
            }
            context = covered[level].who;
        }
        Found::No
    })
}

/// Leaves contexts entered by hand, down to and including the one that covered `level`.
pub(crate) fn cut_to(level: usize) {
    STATE.with(|state| state.cut(level));
}

/// Begins a stretch of this thread with nothing of what surrounds it, in this context.
pub(crate) fn boundary(context: Identity) -> Boundary {
    STATE.with(|state| {
        let entered = Entered {
            level: state.push(Running {
                who: context.guarded(),
                root: RootId::current(),
            }),
            id: context.id(),
        };
        Boundary {
            base: state.base.replace(entered.level + 1),
            default_trigger: state.default_trigger.replace(None),
            _entered: entered,
        }
    })
}

/// Ends a stretch.
#[must_use = "the stretch ends when this is dropped"]
pub(crate) struct Boundary {
    base: usize,
    default_trigger: Option<AsyncId>,
    /// Left when the rest is back in place.
    _entered: Entered,
}

impl Drop for Boundary {
    fn drop(&mut self) {
        STATE.with(|state| {
            state.base.set(self.base);
            state.default_trigger.set(self.default_trigger);
        });
    }
}

/// The state around a callback of a hook, which ends with everything as it began.
pub(crate) struct Around {
    current: Running,
    level: usize,
    base: usize,
    default_trigger: Option<AsyncId>,
}

impl Around {
    /// Mutes what the callback makes.
    #[inline]
    pub(crate) fn begin() -> Self {
        STATE.with(|state| {
            let current = state.current.get();
            state.mute();
            let level = state.level.get();
            Self {
                current,
                level,
                base: state.base.replace(level), // what is below is not the callback's to leave
                default_trigger: state.default_trigger.get(),
            }
        })
    }

    #[inline]
    pub(crate) fn end(self) {
        STATE.with(|state| {
            state.cut(self.level);
            state.current.set(self.current);
            state.base.set(self.base);
            state.default_trigger.set(self.default_trigger);
        });
    }
}

/// The trigger of what is made here: the default if there is one, else who runs.
#[inline]
pub(crate) fn trigger() -> AsyncId {
    STATE.with(|state| {
        state
            .default_trigger
            .get()
            .unwrap_or_else(|| state.who().id())
    })
}

/// A new future of this type that is made here, without an id as yet.
#[inline]
pub(crate) fn new_promise(ty: &'static str) -> Identity {
    STATE.with(|state| {
        let maker = state.who();
        match state.default_trigger.get() {
            Some(trigger) => Identity::promise(trigger, ty).muted(maker.is_muted()),
            None => Identity::promise(maker.id(), ty)
                .muted(maker.is_muted())
                .made_by_promise(maker.is_promise()),
        }
    })
}

/// Sets the default trigger, and returns the one that was.
pub(crate) fn replace_default_trigger(id: Option<AsyncId>) -> Option<AsyncId> {
    STATE.with(|state| state.default_trigger.replace(id))
}
