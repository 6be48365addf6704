//! Entries come into force and leave it.
//!
//! Frames are immutable: to change an entry below the top, those above are linked anew. `run`, `exit` and guards put
//! their own storage back and leave what was entered for others. A frame holds at most one entry per storage and scope,
//! however often values are entered.

use super::{
    entry::Entry,
    kept::Kept,
    key::number,
    never,
    node::{EntryRef, LINK, Make, NEVER, SCOPE, SEAL},
    thread::Thread,
};

/// What [`Thread::remove`] found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Removed {
    Nothing,
    /// It came with the frame: frames below this one may have it, too.
    FromElsewhere,
    MadeHere,
}

impl Thread {
    /// Puts an entry on top.
    #[inline]
    pub(super) fn push<T: Send + Sync + 'static>(&self, make: Make, value: T) {
        let outer = self.replace(None); // moved into the entry, not counted
        let entry = Entry::new(make, value, outer);
        drop(self.replace(Some(entry)));
    }

    /// Ends the entry of a `run` or `exit`, and of what its storage entered since.
    #[inline]
    pub(super) fn leave(&self, serial: u64) {
        // SAFETY: used before anything replaces it
        let top = unsafe { self.current() };
        if top.is_some_and(|top| top.serial() == serial) {
            self.pop();
        } else if self.remove(serial, true) == Removed::Nothing {
            self.leave_below(serial);
        }
    }

    /// Ends the entry of a guard.
    pub(super) fn leave_guard(&self, serial: u64) {
        // SAFETY: used before anything replaces it
        match unsafe { self.current() } {
            Some(top) if top.serial() == serial => {
                let from_elsewhere = self.is_from_elsewhere(top);
                if from_elsewhere {
                    self.lower_reach(&[(top.depth(), top.depth() - 1)]);
                }
                self.pop();
                if from_elsewhere {
                    self.forget_below(serial);
                }
            }
            _ => self.leave_below(serial),
        }
    }

    #[inline]
    fn pop(&self) {
        // SAFETY: used before anything replaces it
        let Some(top) = (unsafe { self.current() }) else {
            return;
        };
        let parent = if self.is_pinned(top) {
            top.parent().map(EntryRef::to_owned)
        } else {
            top.take_parent()
        };
        drop(self.replace(parent)); // a user's `Drop` sees the outer frame
    }

    /// Takes one entry out of the frame, and with `of_storage` also those of the same storage above it.
    #[cold]
    #[inline(never)]
    pub(super) fn remove(&self, serial: u64, of_storage: bool) -> Removed {
        // SAFETY: used before anything replaces it
        let Some(top) = (unsafe { self.current() }) else {
            return Removed::Nothing;
        };
        let above: Vec<_> = top
            .chain()
            .take_while(|entry| entry.serial() != serial)
            .collect();
        let Some(gone) = above.last().map_or(Some(top), |last| last.parent()) else {
            return Removed::Nothing;
        };
        let removed = match self.is_from_elsewhere(gone) {
            true => Removed::FromElsewhere,
            false => Removed::MadeHere,
        };
        let mut frame = gone.parent().map(EntryRef::to_owned);
        let mut depths = vec![(gone.depth(), gone.depth() - 1)];
        for entry in above.into_iter().rev() {
            if !of_storage || number(entry.key()) != number(gone.key()) {
                frame = Some(self.put_back(entry, frame));
            }
            let now = frame.as_ref().map_or(0, |frame| frame.as_ref().depth());
            depths.push((entry.depth(), now));
        }
        self.lower_reach(&depths);
        drop(self.replace(frame));
        removed
    }

    /// An entry again, on top of another frame.
    fn put_back(&self, entry: EntryRef<'_>, frame: Option<Entry>) -> Entry {
        if entry.serial() != 0 {
            return self.again(entry, frame);
        }
        let frame = frame.as_ref().map(Entry::as_ref);
        self.entered(frame, entry.key(), entry.keep(), entry.flags() & NEVER)
    }

    /// An entry of the same scope again, on top of another frame.
    fn again(&self, entry: EntryRef<'_>, frame: Option<Entry>) -> Entry {
        if entry.has(SEAL) {
            return never::seal(self, frame);
        }
        Entry::link(entry, entry.serial(), entry.flags() & SCOPE, frame)
    }

    /// `frame` with this value for the storage, in place of what the storage has in the innermost scope.
    ///
    /// Seals are no scopes: what lies below one is replaced, too. But what a seal could hide goes on top.
    pub(super) fn entered(
        &self,
        frame: Option<EntryRef<'_>>,
        key: u64,
        value: Kept,
        never: u8,
    ) -> Entry {
        let mut above = Vec::new();
        let mut at = frame;
        let passes = |entry: &EntryRef<'_>| {
            number(entry.key()) != number(key) && (entry.serial() == 0 || entry.has(SEAL))
        };
        while let Some(entry) = at.filter(passes) {
            above.push(entry);
            at = entry.parent();
        }
        let on_top = Make {
            key,
            serial: 0,
            flags: LINK | never,
        };
        let Some(old) = at.filter(|entry| number(entry.key()) == number(key)) else {
            return Entry::new(on_top, value, frame.map(EntryRef::to_owned));
        };
        let below = old.parent().map(EntryRef::to_owned);
        let rebuilt = |below| {
            above
                .iter()
                .rev()
                .fold(below, |frame, entry| Some(self.again(*entry, frame)))
        };
        if never != 0 && above.iter().any(|entry| entry.has(SEAL)) {
            return Entry::new(on_top, value, rebuilt(below));
        }
        let in_place = Make {
            serial: old.serial(),
            flags: LINK | never | old.flags() & SCOPE,
            ..on_top
        };
        let new = Entry::new(in_place, value, below);
        rebuilt(Some(new)).expect("what is rebuilt on an entry is not empty")
    }
}
