//! Contexts that their owner leaves by a drop, wherever that happens: the entries of `CallbackScope`s.
//!
//! Such a scope may be dropped inside others, after it was cut off by one around it, or where it is one of several with the
//! same id. So each has a serial number, and this thread keeps the numbers of those that were entered, with their levels. An
//! entry of the stack belongs to a number if it is marked, is at the number's level, and no later number has that level or a
//! lower one.

use std::cell::Cell;

use super::{
    current,
    levels::{ABOVE, AT_EXIT, NUMBERS, covered_at, cut, push},
    state::{BASE, CURRENT, INLINE, LATE, LEVEL, Running, thread_state},
};
use crate::{frame::RootId, identity::Identity, sync::thread_local};

thread_local! {
    static NEXT: Cell<u64> = const { Cell::new(0) };
}

/// A context that was entered by [`enter`].
#[derive(Debug)]
pub(crate) struct Kept {
    level: usize,
    number: u64,
}

/// What a [`Kept`] context is when its owner drops it.
pub(crate) enum Place {
    /// No scope is open above it.
    Innermost,
    /// Another scope is open above it, or a callback of a hook that it was not entered in.
    Below,
    /// It was left already, with a scope around it.
    Nowhere,
}

/// Enters a context of the current environment.
pub(crate) fn enter(who: &Identity) -> Kept {
    let who = who
        .suppressed(current::is_suppressed(&CURRENT.get().who))
        .kept();
    let root = RootId::current();
    let _ = AT_EXIT.try_with(|_| ()); // about to allocate
    let level = push(Running { who, root });
    let number = NEXT.replace(NEXT.get() + 1);
    NUMBERS.with(|numbers| {
        let mut numbers = numbers.borrow_mut();
        numbers.retain(|(other, _)| *other < level);
        numbers.push((level, number));
    });
    Kept { level, number }
}

impl Kept {
    pub(crate) fn place(&self) -> Place {
        let numbered = (self.level, self.number);
        let is_known = NUMBERS.with(|numbers| numbers.borrow().contains(&numbered));
        let is_there = is_known && at(self.index()).is_some_and(|entry| entry.who.is_kept());
        if !is_there {
            Place::Nowhere
        } else if BASE.get().is_below(self.index()) && innermost_guarded() == Some(self.index()) {
            Place::Innermost
        } else {
            Place::Below
        }
    }

    /// Leaves it. The ids of the innermost context if others were above it, which are left with it.
    pub(crate) fn leave(&self) -> Option<Identity> {
        leave_to(self.level)
    }

    /// Leaves it when those above it are left.
    pub(crate) fn leave_late(&self) {
        change(self.index(), Identity::left);
        LATE.set(true);
    }

    /// Where the entry is: see [`at`].
    fn index(&self) -> usize {
        self.level + 1
    }
}

/// The innermost scope, if its owner dropped it already.
pub(crate) fn innermost_left() -> Option<(Identity, Kept)> {
    let index = innermost_guarded()?;
    let who = at(index)?.who;
    let level = index.checked_sub(1)?;
    (who.is_left() && BASE.get().is_below(index)).then_some((who, Kept { level, number: 0 }))
}

/// Notes whether any such scope is still there.
pub(crate) fn note_late() {
    let any = (0..=LEVEL.get()).any(|index| at(index).is_some_and(|entry| entry.who.is_left()));
    LATE.set(any);
}

fn leave_to(level: usize) -> Option<Identity> {
    let above = (LEVEL.get() > level + 1).then(|| CURRENT.get().who);
    cut(level);
    above
}

/// The contexts of this thread from the outermost on; the last one is the current one.
fn at(index: usize) -> Option<Running> {
    let level = LEVEL.get();
    if index == level {
        return Some(CURRENT.get());
    }
    (index < level).then(|| covered_at(index))
}

fn change(index: usize, change: impl Fn(Identity) -> Identity) {
    let changed = |running: Running| Running {
        who: change(running.who),
        ..running
    };
    if index == LEVEL.get() {
        CURRENT.set(changed(CURRENT.get()));
    } else if index < INLINE {
        let cell = thread_state().at(index);
        cell.set(changed(cell.get()));
    } else {
        ABOVE.with(|above| {
            if let Some(entry) = above.borrow_mut().get_mut(index - INLINE) {
                *entry = changed(*entry);
            }
        });
    }
}

fn innermost_guarded() -> Option<usize> {
    let mut downwards = (0..=LEVEL.get()).rev();
    downwards.find(|index| at(*index).is_some_and(|entry| entry.who.is_guarded()))
}
