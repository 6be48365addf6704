//! Frames: lists of what was entered, the innermost last.

use crate::program::NEVER;

/// One thing that was entered for one storage.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Entry {
    pub(super) storage: usize,
    /// Nothing: the storage was exited.
    pub(super) value: Option<u32>,
    /// What tells this store from others of the same value.
    pub(super) store: u64,
    /// How often the storage had been disabled.
    pub(super) epoch: u32,
    /// The `run`, `exit`, `scope` or guard that ends it; none for what was entered without an end.
    pub(super) ended_by: Option<u64>,
    /// Is it of a `run`, `exit` or `scope`, which is in progress while it is there?
    pub(super) scope: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The environment that it belongs to.
    pub(super) env: usize,
    pub(super) entries: Vec<Entry>,
    /// So many of the entries were captured; the others were made since.
    pub(super) captured: usize,
}

/// Two frames are the same if they hold the same stores; what was captured when is not part of that.
impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.env == other.env && self.entries == other.entries
    }
}

impl Frame {
    pub(super) fn empty(env: usize) -> Self {
        Self {
            env,
            entries: Vec::new(),
            captured: 0,
        }
    }

    /// This frame as a capture holds it.
    pub(super) fn capture(&self) -> Self {
        Self {
            captured: self.entries.len(),
            ..self.clone()
        }
    }

    /// The entry that decides what shows of a storage.
    pub(super) fn find(&self, storage: usize, epoch: u32) -> Option<&Entry> {
        let mut newest_first = self.entries.iter().rev();
        newest_first.find(|entry| entry.storage == storage && entry.epoch == epoch)
    }
}

/// A frame in force, and what of it was there before the calls that are in progress.
#[derive(Clone, Debug)]
pub(super) struct InForce {
    pub(super) frame: Frame,
    /// Stores that do not show though the frame has them.
    pub(super) hidden: Vec<u64>,
    /// The scopes that are in progress around this call.
    pub(super) scopes: Vec<u64>,
}

/// By scopes in progress?
#[derive(PartialEq)]
pub(super) enum MadeFrom {
    Yes,
    /// By a scope that is over, or in progress elsewhere.
    WasOnce,
    No,
}

impl InForce {
    /// A frame that comes as it is, of which everything shows.
    pub(super) fn of(frame: Frame) -> Self {
        Self {
            frame,
            hidden: Vec::new(),
            scopes: Vec::new(),
        }
    }

    /// Is this frame in force, or is the one in force made from it by scopes in progress?
    pub(super) fn is_made_from(&self, captured: &Frame) -> MadeFrom {
        let entries = &self.frame.entries;
        if self.frame == *captured {
            return MadeFrom::Yes;
        }
        let same_env = self.frame.env == captured.env;
        let scopes = (0..entries.len())
            .filter(|&at| same_env && entries[at].scope && entries[..at] == captured.entries);
        let in_progress = |at: usize| {
            let scope = entries[at].ended_by.expect("a scope has an end");
            self.scopes.contains(&scope)
        };
        match scopes.map(in_progress).max() {
            Some(true) => MadeFrom::Yes,
            Some(false) => MadeFrom::WasOnce,
            None => MadeFrom::No,
        }
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.frame.entries.push(entry);
    }

    /// Enters a store without an end: in place of what its storage has in the innermost scope.
    pub(super) fn enter(&mut self, entry: Entry) {
        let Some(at) = self.in_same_scope(entry.storage) else {
            return self.push(entry);
        };
        if NEVER[entry.storage] && at < self.frame.captured {
            // what was captured may be hidden, what is entered here never
            self.forget(at);
            return self.push(entry);
        }
        let old = &mut self.frame.entries[at];
        *old = Entry {
            ended_by: old.ended_by,
            scope: old.scope,
            ..entry
        };
    }

    fn in_same_scope(&self, storage: usize) -> Option<usize> {
        let entries = &self.frame.entries;
        let at = entries
            .iter()
            .rposition(|entry| entry.storage == storage || entry.ended_by.is_some())?;
        (entries[at].storage == storage).then_some(at)
    }

    fn forget(&mut self, at: usize) {
        self.frame.entries.remove(at);
        self.frame.captured -= usize::from(at < self.frame.captured);
    }

    /// Ends a `run` or `exit`, and what its storage entered since; or a guard, and that alone.
    pub(super) fn end(&mut self, by: u64, guard: bool) {
        let found = self
            .frame
            .entries
            .iter()
            .position(|entry| entry.ended_by == Some(by));
        let Some(at) = found else { return };
        let above = self.frame.entries.split_off(at);
        let captured = self.frame.captured;
        self.frame.captured = captured.min(at);
        for (position, entry) in (at..).zip(&above) {
            let stays = position != at && (guard || entry.storage != above[0].storage);
            match entry.ended_by {
                _ if !stays => (),
                Some(_) => self.push(entry.clone()),
                None => self.enter(entry.clone()),
            }
            let now = self.frame.entries.len();
            if position < captured {
                self.frame.captured = now;
            }
        }
    }
}
