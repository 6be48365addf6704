//! Frames: lists of what was entered, the innermost last.

use std::cell::RefCell;

use crate::program::NEVER;

thread_local! {
    /// Guards that were dropped, in that order: their entries show no more in any frame, but for what was captured before.
    static ENDED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// A world begins.
pub(super) fn forget_ended() {
    ENDED.take();
}

/// A guard is dropped.
pub(super) fn note_ended(guard: u64) {
    ENDED.with_borrow_mut(|ended| ended.push(guard));
}

fn ended() -> Vec<u64> {
    ENDED.with_borrow(Vec::clone)
}

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
    /// Whether it is of a `run`, `exit` or `scope`, which is in progress while it is there.
    pub(super) scope: bool,
}

impl Entry {
    fn is_of_guard(&self) -> bool {
        self.ended_by.is_some() && !self.scope
    }
}

#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The environment that it belongs to.
    pub(super) env: usize,
    /// The stores of the frame that was captured, hidden ones included: that is what tells it from others.
    name: Vec<u64>,
    pub(super) entries: Vec<Entry>,
    /// So many of the entries were captured; the others were entered since.
    captured: usize,
    /// Whether entries were left out that are not inherited.
    left_out: bool,
}

impl Frame {
    pub(super) fn empty(env: usize) -> Self {
        Self {
            env,
            name: Vec::new(),
            entries: Vec::new(),
            captured: 0,
            left_out: false,
        }
    }

    /// What tells this frame from others.
    fn name(&self) -> Vec<u64> {
        let since = self.entries[self.captured..].iter();
        let since = since.map(|entry| entry.store);
        self.name.iter().copied().chain(since).collect()
    }

    /// Returns `true` if it is the same frame.
    fn is(&self, other: &Self) -> bool {
        self.env == other.env && self.name() == other.name()
    }

    /// What this frame shows, and spawned work inherits.
    pub(super) fn capture(&self, epochs: &[u32]) -> Self {
        let shown = (0..epochs.len()).filter_map(|storage| self.find(storage, epochs[storage]));
        let plain = |entry: &Entry| Entry {
            ended_by: None,
            scope: false,
            ..entry.clone()
        };
        let (never, entries) = shown
            .map(plain)
            .partition::<Vec<_>, _>(|entry| NEVER[entry.storage]);
        Self {
            env: self.env,
            name: self.name(),
            captured: entries.len(),
            entries,
            left_out: self.left_out || !never.is_empty(),
        }
    }

    /// The entry that decides what shows of a storage.
    pub(super) fn find(&self, storage: usize, epoch: u32) -> Option<&Entry> {
        let mut newest_first = self.entries.iter().rev();
        newest_first.find(|entry| entry.storage == storage && entry.epoch == epoch)
    }

    /// What lay below an entry.
    fn below(&self, at: usize) -> Self {
        Self {
            entries: self.entries[..at].to_vec(),
            captured: self.captured.min(at),
            ..self.clone()
        }
    }
}

/// The current frame, and which of its scopes are in progress.
#[derive(Clone, Debug)]
pub(super) struct Current {
    pub(super) frame: Frame,
    /// The scopes that are in progress around this call.
    pub(super) scopes: Vec<u64>,
}

impl Current {
    /// A frame that comes as it is.
    pub(super) fn of(frame: Frame) -> Self {
        Self {
            frame,
            scopes: Vec::new(),
        }
    }

    /// Finds a captured frame here: it is the current one, or a scope in progress was entered on it.
    pub(super) fn find_captured(&self, captured: &Frame) -> Option<Frame> {
        if self.frame.is(captured) {
            return Some(self.frame.clone());
        }
        let entries = &self.frame.entries;
        let tops = (0..entries.len()).rev().filter(|at| entries[*at].scope);
        let mut in_progress = tops.take_while(|at| self.is_in_progress(&entries[*at]));
        let found = in_progress.find(|at| self.frame.below(*at).is(captured))?;
        Some(self.frame.below(found))
    }

    /// The frame to run in for something captured that is entered from here.
    pub(super) fn complete(&self, captured: Frame) -> Frame {
        let found = captured.left_out.then(|| self.find_captured(&captured));
        found.flatten().unwrap_or(captured)
    }

    fn is_in_progress(&self, entry: &Entry) -> bool {
        let by = entry.ended_by.filter(|_| entry.scope);
        by.is_some_and(|by| self.scopes.contains(&by))
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.tidy();
        self.frame.entries.push(entry);
    }

    /// Enters a store without an end: in place of what its storage has in the innermost scope. If that was entered by scopes
    /// that are not in progress, all there becomes what was entered without an end.
    pub(super) fn enter(&mut self, entry: Entry) {
        self.tidy();
        self.enter_clean(entry);
    }

    fn enter_clean(&mut self, entry: Entry) {
        let is_end = |old: &Entry| old.is_of_guard() || self.is_in_progress(old);
        let end = self.frame.entries.iter().rposition(is_end);
        let first = end.map_or(0, |at| at + 1);
        let mut in_scope = self.frame.entries.split_off(first);
        let is_same = |old: &Entry| old.storage == entry.storage;
        let last_scope = in_scope.iter().rposition(|old| old.scope);
        if last_scope.is_some_and(|last| in_scope[..=last].iter().any(is_same)) {
            in_scope
                .iter_mut()
                .for_each(|old| (old.ended_by, old.scope) = (None, false));
        }
        let captured = self
            .frame
            .captured
            .saturating_sub(first)
            .min(in_scope.len());
        self.frame.captured -= in_scope[..captured]
            .iter()
            .filter(|old| is_same(old))
            .count();
        in_scope.retain(|old| !is_same(old));
        self.frame.entries.extend(in_scope);
        self.frame.entries.push(entry);
    }

    /// Takes out the entries of guards that were dropped, in the order in which they were, as if each had been at once: with
    /// what its storage entered in its scope, while the rest of that is entered in the scope around.
    pub(super) fn tidy(&mut self) {
        for guard in ended() {
            let since = self.frame.entries[self.frame.captured..].iter();
            let mut since = since.enumerate();
            let found =
                since.find(|(_, entry)| entry.is_of_guard() && entry.ended_by == Some(guard));
            let Some((at, of_guard)) = found else {
                continue;
            };
            let (at, storage) = (self.frame.captured + at, of_guard.storage);
            let mut above = self.frame.entries.split_off(at).split_off(1);
            let end = above.iter().position(|entry| entry.ended_by.is_some());
            let rest = above.split_off(end.unwrap_or(above.len()));
            let stays = |entry: &&Entry| entry.storage != storage;
            above
                .iter()
                .filter(stays)
                .for_each(|entry| self.enter_clean(entry.clone()));
            self.frame.entries.extend(rest);
        }
    }

    /// Ends a `run` or `exit`, and what its storage entered since.
    pub(super) fn end(&mut self, by: u64, epochs: &[u32]) {
        self.tidy();
        let of_scope = |entry: &Entry| entry.scope && entry.ended_by == Some(by);
        let Some(at) = self.frame.entries.iter().position(of_scope) else {
            return;
        };
        let above = self.frame.entries.split_off(at);
        for entry in &above[1..] {
            let over = entry.ended_by.is_none() && entry.epoch != epochs[entry.storage];
            match entry.ended_by {
                _ if over || entry.storage == above[0].storage => (),
                Some(_) => self.push(entry.clone()),
                None => self.enter(entry.clone()),
            }
        }
    }
}
