//! Entering the current frame, and leaving it.
//!
//! 1. `run`, `exit` and guards push an entry, and take it off when they end, together with what their storage entered above it
//!    in the meantime. What other storages entered there stays: it is entered again on what lies below.
//! 2. What is entered without an end goes into the map on top of the innermost scope or guard: in place if nobody else has
//!    that map and no read is open, else into a copy. It replaces what its storage has there.
//! 3. Whatever leaves the frame is dropped when the frame is in order again, since a user's `Drop` may run.

use super::thread::Thread;
use crate::{
    frame::chain::{
        canonical::{add_live, has_ended_in},
        entry::Entry,
        keys::{self, bit, number},
        map::Map,
        node::{GUARD, MAP, NodeRef, ROOT, SCOPE, Spec},
        value::ValueRef,
    },
    report::{EngineError, report},
};

/// What a change left over: to be dropped when the frame is in order.
#[derive(Default)]
#[must_use = "dropping it may run a user's `Drop`"]
pub(crate) struct Rest {
    _value: Option<ValueRef>,
    _over: Vec<ValueRef>,
    _frame: Option<Entry>,
    _form: Option<Entry>,
}

impl Thread {
    /// Pushes an entry.
    #[inline]
    pub(crate) fn push<T: Send + Sync + 'static>(&self, spec: Spec, value: T) {
        let outer = self.replace(None); // moved into the entry, not counted
        let entry = Entry::new(spec, value, outer);
        drop(self.replace(Some(entry)));
    }

    /// Ends the entry of a `run` or `exit`, and of what its storage entered since.
    #[inline]
    pub(crate) fn leave(&self, serial: u64) {
        // SAFETY: used before anything replaces it
        let top = unsafe { self.current() };
        if top.is_some_and(|top| top.id() == serial && !top.has(MAP)) {
            self.pop();
        } else {
            self.leave_below(serial);
        }
    }

    /// Takes the top off.
    #[inline]
    pub(super) fn pop(&self) {
        // SAFETY: used before anything replaces it
        let Some(top) = (unsafe { self.current() }) else {
            return;
        };
        let parent = if self.is_pinned(top) {
            top.parent().map(NodeRef::to_owned)
        } else {
            top.take_parent()
        };
        let may_uncover = top.guards() > 0;
        let _popped = self.replace(parent); // a user's `Drop` sees the outer frame
        if may_uncover {
            self.tidy();
        }
    }

    /// Ends the entry of a `run` or `exit` that is not on top, and those that its storage has above it.
    #[cold]
    #[inline(never)]
    fn leave_below(&self, serial: u64) {
        let frame = self.here();
        let mut chain = frame.iter().flat_map(|frame| frame.as_ref().chain());
        match chain.find(|node| node.has(SCOPE) && node.id() == serial) {
            Some(scope) => self.rebuild(frame.as_ref(), scope.parent(), Some(scope)),
            None => report(&EngineError::GuardElsewhere),
        }
    }

    /// Builds the current frame, of which the caller keeps a count, anew above `below`: without what has ended, and without
    /// `scope` and what its storage has.
    pub(super) fn rebuild(
        &self,
        frame: Option<&Entry>,
        below: Option<NodeRef<'_>>,
        scope: Option<NodeRef<'_>>,
    ) {
        let chain = frame.into_iter().flat_map(|frame| frame.as_ref().chain());
        let mut above: Vec<_> = chain.take_while(|node| Some(*node) != below).collect();
        above.reverse();
        drop(self.replace(below.map(NodeRef::to_owned))); // not the last count
        self.tidy(); // what is entered here now has not ended with what ended before
        let ends = |key| scope.is_some_and(|scope| number(scope.key()) == number(key));
        let mut rest = Vec::new();
        for node in above {
            match node.map() {
                None if node.is_ended() || ends(node.key()) => (),
                None => {
                    // without the scope it is another frame
                    let id = if scope.is_some() {
                        self.serial()
                    } else {
                        node.id()
                    };
                    let below = self.replace(None);
                    drop(self.replace(Some(Entry::again(node, id, below))));
                }
                Some(map) => {
                    let stays = |key| !ends(key) && !has_ended_in(node, key) && !keys::is_over(key);
                    let stay = map.entries().filter(|(key, _)| stays(*key));
                    rest.extend(stay.map(|(key, value)| self.enter_here(key, value.clone())));
                }
            }
        }
    }

    /// Enters a value without an end.
    pub(crate) fn enter(&self, key: u64, value: ValueRef) -> Rest {
        self.tidy();
        self.enter_here(key, value)
    }

    fn enter_here(&self, key: u64, value: ValueRef) -> Rest {
        // SAFETY: used before anything replaces it
        let Some(top) = unsafe { self.current() }.filter(|top| !self.is_end(*top)) else {
            return self.enter_on_top(key, value);
        };
        let below = if top.has(MAP) {
            top.parent()
        } else {
            Some(top)
        };
        if self.has_in_scope(below, key) {
            return self.enter_in_copy(top, key, value);
        }
        let Some(map) = top.map() else {
            return self.enter_on_top(key, value);
        };
        if top.is_alone() && !self.is_read() {
            let change = |map: &mut Map| (map.make_room(key), map.set(key, value));
            // SAFETY: nobody else has the node, no read is open, and the map is not borrowed
            let ((over, value), form) = unsafe { top.change_map(self.serial(), change) };
            return Rest {
                _value: value,
                _over: over,
                _form: form,
                ..Rest::default()
            };
        }
        let mut copy = Map::with_capacity(map.len() + 1);
        let _none = copy.set(key, value);
        add_live(&mut copy, top, keys::settled_generation());
        self.put(copy, below.map(NodeRef::to_owned))
    }

    /// Whether the storage has something above the innermost scope or guard, from this node on.
    fn has_in_scope(&self, node: Option<NodeRef<'_>>, key: u64) -> bool {
        let may_have = |node: &NodeRef<'_>| node.mask() & bit(key) != 0 && !self.is_end(*node);
        let mut scope = node
            .into_iter()
            .flat_map(NodeRef::chain)
            .take_while(may_have);
        scope.any(|node| match node.map() {
            Some(map) => map.has(key),
            None => number(node.key()) == number(key),
        })
    }

    fn enter_on_top(&self, key: u64, value: ValueRef) -> Rest {
        let mut map = Map::with_capacity(1);
        let _none = map.set(key, value);
        let below = self.replace(None);
        self.put(map, below)
    }

    /// Copies all that lies above the innermost scope or guard into one map: what the storage has there is replaced.
    #[cold]
    fn enter_in_copy(&self, top: NodeRef<'_>, key: u64, value: ValueRef) -> Rest {
        let mut map = Map::with_capacity(top.map().map_or(1, Map::len) + 1);
        let _none = map.set(key, value);
        let mut at = Some(top);
        while let Some(node) = at.filter(|node| !self.is_end(*node)) {
            add_live(&mut map, node, keys::settled_generation());
            at = node.parent();
        }
        // scopes that are not in progress may have been copied
        let scopes = at.map_or(0, NodeRef::scopes);
        self.floor.set(self.floor.get().min(scopes));
        self.put(map, at.map(NodeRef::to_owned))
    }

    fn put(&self, map: Map, below: Option<Entry>) -> Rest {
        let frame = map.onto(below, self.serial(), 0);
        Rest {
            _frame: self.replace(Some(frame)),
            ..Rest::default()
        }
    }

    /// Takes what was entered under a key, which is over, out of the innermost scope, if nobody else has that.
    pub(crate) fn forget(&self, key: u64) -> Rest {
        // SAFETY: used before anything replaces it
        let top = unsafe { self.current() }.filter(|top| top.has(MAP) && top.is_alone());
        match top.filter(|_| !self.is_read()) {
            None => Rest::default(),
            Some(top) => {
                let remove = |map: &mut Map| map.remove(key);
                // SAFETY: nobody else has the node, no read is open, and the map is not borrowed
                let (value, form) = unsafe { top.change_map(top.id(), remove) }; // it shows the same
                Rest {
                    _value: value,
                    _form: form,
                    ..Rest::default()
                }
            }
        }
    }

    /// Whether what is entered stays above this entry: it is of a guard, or of a scope that is in progress around this call.
    pub(super) fn is_end(&self, node: NodeRef<'_>) -> bool {
        node.has(ROOT)
            || (node.has(GUARD) && !node.is_ended())
            || (node.has(SCOPE) && node.scopes() > self.floor.get())
    }
}
