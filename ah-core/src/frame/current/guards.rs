//! Entries of guards, which end in any order.
//!
//! 1. A guard pushes an entry, and keeps its value. If it is dropped while its entry is on top and nobody else has that, the
//!    entry is taken off, and that is all.
//! 2. Else the value is marked as ended, and with that no entry shows it, in whatever frame. What was captured before holds
//!    the value and not the entry, so there it still shows. What its storage entered in the scope of the guard (the map right
//!    above the entry) has ended, too. A generation ends: canonical forms are looked at again.
//! 3. Ended entries are removed where they come to lie above the innermost scope or guard, when the frame is captured,
//!    and when there may be more of them than there are guards. So a frame is never more than twice as large as what
//!    lives, and each entry is moved a constant number of times.

use std::{fmt, marker::PhantomData};

use super::thread::Thread;
use crate::{
    frame::chain::{
        entry::Entry,
        keys::number,
        node::{GUARD, NodeRef, SCOPE},
        value::ValueRef,
    },
    report::{delivery::report, errors::EngineError},
};

/// The entry of a guard, which stays on its thread.
#[must_use = "the store stays current until `leave_guard` is called"]
pub struct GuardEntry {
    value: ValueRef,
    /// How many scopes its frame had.
    scopes: u32,
    _not_send: PhantomData<*const ()>,
}

impl fmt::Debug for GuardEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardEntry").finish_non_exhaustive()
    }
}

impl Thread {
    /// Pushes the entry of a guard.
    pub(crate) fn push_guard<T: Send + Sync + 'static>(&self, key: u64, value: T) -> GuardEntry {
        self.tidy();
        self.guards.set(self.guards.get() + 1);
        self.count_guards_of(key, |count| *count += 1);
        let outer = self.replace(None); // moved into the entry, not counted
        let (entry, value) = Entry::of_guard(key, self.serial(), value, outer);
        let scopes = entry.as_ref().scopes();
        drop(self.replace(Some(entry)));
        GuardEntry {
            value,
            scopes,
            _not_send: PhantomData,
        }
    }

    /// Ends the entry of a guard, wherever it is, and what its storage entered in its scope.
    pub(crate) fn leave_guard(&self, entry: &GuardEntry) {
        let guard = entry.value.node();
        self.guards.set(self.guards.get().saturating_sub(1));
        let others = self.count_guards_of(guard.key(), |count| *count = count.saturating_sub(1));
        let is_it = |top: NodeRef<'_>| top.has(GUARD) && top.value_node() == guard;
        match self.replace(None) {
            Some(top) if is_it(top.as_ref()) && top.as_ref().is_alone() => return self.pop(top),
            frame => self.put_back(frame),
        }
        guard.end_guard();
        let may_be_below = |top: &NodeRef<'_>| others > 0 || top.scopes() > entry.scopes;
        let out_of_order = self.look(|top| {
            top.filter(may_be_below)
                .is_some_and(|top| is_below(top, guard))
        });
        self.tidy();
        if out_of_order {
            report(&EngineError::GuardOutOfOrder);
        }
    }

    /// Counts the guards of this storage, and returns how many there are.
    fn count_guards_of(&self, key: u64, change: impl FnOnce(&mut u32)) -> u32 {
        let mut counts = self.guards_of.borrow_mut();
        let at = number(key) as usize;
        if counts.len() <= at {
            counts.resize(at + 1, 0);
        }
        change(&mut counts[at]);
        counts[at]
    }

    /// Takes ended entries out, where they lie above the innermost scope or guard, or are many.
    #[inline]
    pub(super) fn tidy(&self) {
        let is_untidy = |top: NodeRef<'_>| top.guards() > 0 && self.is_untidy(top);
        if self.look(|top| top.is_some_and(is_untidy)) {
            self.take_ended_out();
        }
    }

    fn is_untidy(&self, top: NodeRef<'_>) -> bool {
        self.has_many_ended(top) || self.innermost(top).any(NodeRef::is_ended)
    }

    fn has_many_ended(&self, top: NodeRef<'_>) -> bool {
        top.guards() >= self.guards.get().saturating_mul(2)
    }

    /// What lies above the innermost scope or guard.
    fn innermost<'a>(&self, top: NodeRef<'a>) -> impl Iterator<Item = NodeRef<'a>> {
        top.chain().take_while(|node| !self.is_end(*node))
    }

    #[cold]
    fn take_ended_out(&self) {
        let frame = self.here();
        let Some(top) = frame.as_ref().map(Entry::as_ref) else {
            return;
        };
        if self.has_many_ended(top) {
            return self.sweep();
        }
        let ended = self.innermost(top).filter(|node| node.is_ended());
        if let Some(lowest) = ended.last() {
            self.rebuild(frame.as_ref(), lowest.parent(), None);
        }
    }

    /// Takes all ended entries out of the current frame.
    pub(super) fn sweep(&self) {
        let frame = self.here();
        let guards = frame.iter().flat_map(|frame| frame.as_ref().all_guards());
        if let Some(lowest) = guards.filter(|guard| guard.is_ended()).last() {
            self.rebuild(frame.as_ref(), lowest.parent(), None);
        }
    }
}

/// Returns `true` if there is a guard or scope of the same storage that was entered after this guard: the ids of a
/// thread rise.
fn is_below(top: NodeRef<'_>, guard: NodeRef<'_>) -> bool {
    let is_later = |node: NodeRef<'_>| {
        node.has(GUARD | SCOPE)
            && number(node.key()) == number(guard.key())
            && node.value_node().id() > guard.id()
            && !node.is_ended()
    };
    let mut above = top.chain().take_while(|node| node.guards() > 0);
    above.any(is_later)
}
