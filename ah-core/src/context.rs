//! Who runs on this thread: the stack of execution contexts, and the default trigger.
//!
//! The first few levels of the stack are in cells, those that are covered above them in a vector. Entries of guards are marked, so that
//! [`find`] leaves them alone. A *task boundary* starts a stretch of its own: no default trigger, and in no scope.

pub(crate) mod bare;
mod here;
pub(crate) mod kept;
mod special;

use std::{cell::RefCell, mem::ManuallyDrop};

use crate::{
    AsyncId,
    error::UnbalancedScope,
    frame::RootId,
    identity::{Identity, Made},
    report::{EngineError, report_with},
    sync::thread_local,
};
use here::{BASE, CURRENT, INLINE, IS_ENDING, LEVEL, SPECIAL, here};
pub(crate) use here::{DRAINING, LATE, OUTSIDE, WAITING};
use special::{Base, Special};

/// Who runs, and in which environment it does.
#[derive(Clone, Copy)]
struct Running {
    who: Identity,
    root: RootId,
}

// No `Drop`: contexts are entered while the thread ends, too.
thread_local! {
    /// The contexts that are covered above the first [`INLINE`].
    static ABOVE: ManuallyDrop<RefCell<Vec<Running>>> = const {
        ManuallyDrop::new(RefCell::new(Vec::new()))
    };
    static AT_EXIT: AtExit = const { AtExit };
}

/// Frees the stack's memory.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        IS_ENDING.set(true);
        free_if_empty();
    }
}

fn free_if_empty() {
    kept::free_if_none();
    ABOVE.with(|above| {
        let mut above = above.borrow_mut();
        if above.is_empty() {
            *above = Vec::new();
        }
    });
}

/// Covers the current context, and returns the level at which it is.
#[inline]
fn push(context: Running) -> usize {
    let level = LEVEL.get();
    if level >= INLINE {
        cover_above();
    }
    here().at(level + 1).set(context);
    LEVEL.set(level + 1);
    level
}

#[cold]
#[inline(never)]
fn cover_above() {
    ABOVE.with(|above| {
        let mut above = above.borrow_mut();
        if above.len() == above.capacity() {
            let _ = AT_EXIT.try_with(|_| ()); // about to allocate
        }
        above.push(CURRENT.get());
    });
}

/// The context that is covered at a level.
#[inline]
fn covered_at(level: usize) -> Running {
    if level < INLINE {
        here().at(level).get()
    } else {
        ABOVE.with(|above| above.borrow()[level - INLINE])
    }
}

/// Goes back to the context that was covered at `level`.
#[inline]
pub(crate) fn cut(level: usize) {
    let from = LEVEL.get();
    if level >= from {
        return;
    }
    if from > INLINE || IS_ENDING.get() {
        cut_above(level, from);
    }
    LEVEL.set(level);
}

#[cold]
#[inline(never)]
fn cut_above(level: usize, from: usize) {
    if from > INLINE {
        ABOVE.with(|above| {
            let (mut above, lowest) = (above.borrow_mut(), level.saturating_sub(INLINE));
            CURRENT.set(above[lowest]);
            above.truncate(lowest);
        });
    }
    if level == 0 && IS_ENDING.get() {
        LEVEL.set(level);
        free_if_empty();
    }
}

/// The innermost context. An environment that was entered by something without an id is in its root.
#[inline]
pub(crate) fn current() -> Identity {
    let Running { who, root } = CURRENT.get();
    let muted = is_muted(&who);
    if root == RootId::current() {
        who.muted(muted)
    } else {
        Identity::ROOT.muted(muted)
    }
}

/// Is what this context makes caused by a hook?
#[inline]
fn is_muted(who: &Identity) -> bool {
    who.is_muted() || SPECIAL.get().is_muted()
}

/// Sets the context of this thread outside of any scope.
pub(crate) fn set_bottom(who: Identity) {
    if SPECIAL.get().is_muted() {
        return; // in a callback, which ends with everything as it began
    }
    CURRENT.set(Running {
        who,
        root: RootId::GLOBAL,
    });
}

/// From now until the guard goes, what is made is caused by a hook. That is no scope: who runs is who ran before.
#[cold]
pub(crate) fn mute() -> Unmute {
    let special = SPECIAL.get();
    SPECIAL.set(special.muted());
    Unmute(special)
}

/// As [`mute`], if what is made is caused by a hook.
#[inline]
pub(crate) fn mute_if(caused_by_hook: bool) -> Option<Unmute> {
    caused_by_hook.then(mute)
}

/// Puts back what was before [`mute`].
#[must_use = "what is made is muted until this is dropped"]
pub(crate) struct Unmute(Special);

impl Drop for Unmute {
    fn drop(&mut self) {
        SPECIAL.set(self.0);
    }
}

/// Is this thread in a scope, since the innermost task boundary?
#[inline]
pub(crate) fn in_scope() -> bool {
    BASE.get().is_below(LEVEL.get())
}

/// Is this id on this thread's stack?
pub(crate) fn is_on_stack(id: AsyncId) -> bool {
    let mut covered = (0..LEVEL.get()).map(covered_at);
    CURRENT.get().who.id() == id || covered.any(|running| running.who.id() == id)
}

/// Enters a context of the current environment until the guard goes.
#[inline]
pub(crate) fn enter(who: &Identity) -> Entered {
    enter_in(who, RootId::current())
}

/// Enters a context of this environment until the guard goes.
#[inline]
pub(crate) fn enter_in(who: &Identity, root: RootId) -> Entered {
    // what is made in here is caused by a hook if this is, or if we are in one
    let who = who.muted(is_muted(&CURRENT.get().who)).guarded();
    let level = push(Running { who, root });
    Entered {
        level,
        id: who.id(),
    }
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
        self.leave();
    }
}

impl Entered {
    /// As the drop of it does, which must not follow.
    #[inline]
    pub(crate) fn leave(&self) {
        if LEVEL.get() == self.level + 1 {
            cut(self.level);
        } else {
            self.leave_others();
        }
    }

    #[cold]
    #[inline(never)]
    fn leave_others(&self) {
        let (actual, expected) = (CURRENT.get().who.id(), self.id);
        cut(self.level);
        report_with(Box::new(move |sink| {
            sink(&EngineError::ScopeNotLeft(UnbalancedScope {
                actual,
                expected,
            }));
        }));
    }
}

/// Enters a context by hand.
pub(crate) fn enter_by_hand(who: Identity) {
    let who = who.muted(is_muted(&CURRENT.get().who));
    push(Running {
        who,
        root: RootId::current(),
    });
}

/// What [`find`] found.
pub(crate) enum Found {
    /// The innermost context, or one below others that were all entered by hand.
    At { level: usize, on_top: bool },
    /// Nothing that may be left by hand.
    No,
}

/// Looks for a context entered by hand that [`cut`] may leave.
pub(crate) fn find(id: AsyncId) -> Found {
    let (here, top) = (RootId::current(), LEVEL.get());
    let mut context = CURRENT.get();
    for level in (BASE.get().first()..top).rev() {
        if context.who.is_guarded() || context.root != here {
            return Found::No; // an id of another environment is somebody else's
        }
        if context.who.id() == id {
            return Found::At {
                level,
                on_top: level + 1 == top,
            };
        }
        context = covered_at(level);
    }
    Found::No
}

/// Begins a stretch of this thread with nothing of what surrounds it, in this context.
pub(crate) fn boundary(context: Identity) -> Boundary {
    let entered = Entered {
        level: push(Running {
            who: context.guarded(),
            root: RootId::current(),
        }),
        id: context.id(),
    };
    Boundary {
        base: BASE.replace(Base::at(entered.level + 1)),
        special: SPECIAL.replace(Special::NOTHING),
        _entered: entered,
    }
}

/// Ends a stretch.
#[must_use = "the stretch ends when this is dropped"]
pub(crate) struct Boundary {
    base: Base,
    special: Special,
    /// Left when the rest is back in place.
    _entered: Entered,
}

impl Drop for Boundary {
    #[inline]
    fn drop(&mut self) {
        BASE.set(self.base);
        SPECIAL.set(self.special);
    }
}

/// What a stretch covers that is ended by hand.
#[derive(Clone, Copy)]
pub(crate) struct Covered {
    current: Running,
    level: usize,
    base: Base,
    special: Special,
}

/// As [`boundary`], until [`end_task`], but in the scope of a task: what is destroyed in it waits for its end.
#[inline]
pub(crate) fn begin_task(task: &Identity) -> Covered {
    let covered = begin_stretch(task);
    BASE.set(Base::below(LEVEL.get()));
    covered
}

/// As [`boundary`] in the context of an idle worker, until [`end_task`].
pub(crate) fn begin_idle() -> Covered {
    let covered = begin_stretch(&Identity::WORKER);
    BASE.set(Base::at(LEVEL.get()));
    covered
}

/// Runs `f` in the context of an idle worker, where the thread is in no scope. `f` leaves what it enters.
#[inline]
pub(crate) fn as_idle(f: impl FnOnce()) {
    let level = push(Running {
        who: Identity::WORKER.guarded(),
        root: RootId::current(),
    });
    let special = SPECIAL.replace(Special::NOTHING);
    let base = BASE.replace(Base::at(level + 1));
    f();
    BASE.set(base);
    SPECIAL.set(special);
    cut(level);
}

/// The context that it covers is not on the stack, unless the thread is in a scope already: then [`is_on_stack`] finds it.
#[inline(always)]
fn begin_stretch(who: &Identity) -> Covered {
    let covered = Covered {
        current: CURRENT.get(),
        level: LEVEL.get(),
        base: BASE.get(),
        special: SPECIAL.replace(Special::NOTHING),
    };
    let new = Running {
        who: who.guarded(),
        root: RootId::current(),
    };
    if covered.is_on_stack() {
        push(new);
    } else {
        CURRENT.set(new);
    }
    covered
}

impl Covered {
    #[inline]
    fn is_on_stack(&self) -> bool {
        self.base.is_below(self.level)
    }
}

/// Ends the stretch.
#[inline]
pub(crate) fn end_task(covered: Covered) {
    cut(covered.level); // what was entered by hand in the task
    if !covered.is_on_stack() {
        CURRENT.set(covered.current);
    }
    BASE.set(covered.base);
    SPECIAL.set(covered.special);
}

/// Whether there is no default trigger, and what is made is not caused by a hook but for who runs.
#[inline]
pub(crate) fn is_plain() -> bool {
    SPECIAL.get().is_nothing()
}

/// The state around the callbacks of hooks, each of which ends with everything as it began.
pub(crate) struct Around {
    level: usize,
    base: Base,
    special: Special,
}

impl Around {
    /// Mutes what callbacks make.
    #[inline]
    pub(crate) fn begin() -> Self {
        let level = LEVEL.get();
        let special = SPECIAL.get();
        SPECIAL.set(special.muted());
        Self {
            level,
            base: BASE.replace(Base::at(level)), // what is below is not a callback's to leave
            special,
        }
    }

    /// Did a callback leave all scopes that it entered? Only those entered by hand can be left open.
    #[inline]
    pub(crate) fn is_undisturbed(&self) -> bool {
        LEVEL.get() == self.level
    }

    /// As [`begin`](Self::begin), where there is nothing [special](is_plain).
    #[inline]
    pub(crate) fn begin_plainly() -> Self {
        let level = LEVEL.get();
        SPECIAL.set(Special::NOTHING.muted());
        Self {
            level,
            base: BASE.replace(Base::at(level)),
            special: Special::NOTHING,
        }
    }

    /// The level at which callbacks begin: [`cut`] to it leaves the scopes that one left open.
    #[inline]
    pub(crate) fn level(&self) -> usize {
        self.level
    }

    #[inline]
    pub(crate) fn end(self) {
        BASE.set(self.base);
        SPECIAL.set(self.special);
    }
}

/// The state around code of the user's that nobody asked for here: see `contained.rs`.
#[must_use = "the state is restored by `end`"]
pub(crate) struct Aside {
    level: usize,
    base: Base,
    special: Special,
}

impl Aside {
    /// Covers the current context with one that is the same, so that none below is left meanwhile. Whether that is a scope
    /// for destroys to wait in stays as it is.
    pub(crate) fn begin() -> Self {
        let (base, special, in_scope) = (BASE.get(), SPECIAL.get(), in_scope());
        let Running { who, root } = CURRENT.get();
        let level = push(Running {
            who: who.covering(),
            root,
        });
        if !in_scope {
            BASE.set(Base::at(level + 1));
        }
        Self {
            level,
            base,
            special,
        }
    }

    /// Restores the state, whatever was entered meanwhile.
    pub(crate) fn end(self) {
        cut(self.level);
        BASE.set(self.base);
        SPECIAL.set(self.special);
    }
}

/// The trigger of what is made here: the default if there is one, else who runs.
#[inline]
pub(crate) fn trigger() -> AsyncId {
    let default = SPECIAL.get().default_trigger();
    default.unwrap_or_else(|| current().id())
}

/// What a new future has of where it is made, which is in this environment.
#[inline]
pub(crate) fn making(here: RootId) -> Made {
    let Running { who, root } = CURRENT.get();
    if root == here && SPECIAL.get().is_nothing() {
        who.as_maker()
    } else {
        making_elsewhere()
    }
}

#[cold]
#[inline(never)]
fn making_elsewhere() -> Made {
    let maker = current();
    match SPECIAL.get().default_trigger() {
        Some(trigger) => Made::by(trigger, maker.is_muted()),
        None => maker.as_maker(),
    }
}

/// A new future of this type that is made here, without an id as yet.
#[inline]
pub(crate) fn new_promise(ty: &'static str) -> Identity {
    Identity::made(making(RootId::current()), ty)
}

/// Sets the default trigger, and returns the one that was.
pub(crate) fn replace_default_trigger(id: Option<AsyncId>) -> Option<AsyncId> {
    let special = SPECIAL.get();
    SPECIAL.set(special.with_default_trigger(id));
    special.default_trigger()
}
