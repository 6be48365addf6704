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
        canonical::{each_live, has_ended_in},
        entry::Entry,
        keys::{self, bit, number},
        map::Map,
        node::{GUARD, MAP, NodeRef, ROOT, SCOPE, Spec},
        value::ValueRef,
    },
    report::{delivery::report, errors::EngineError},
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
        self.put_back(Some(Entry::new(spec, value, outer)));
    }

    /// Lends the current frame to `look`, moved out of the thread meanwhile: so it is not shared, and needs no count.
    #[inline]
    pub(super) fn look<R>(&self, look: impl FnOnce(Option<NodeRef<'_>>) -> R) -> R {
        let frame = self.replace(None);
        let seen = look(frame.as_ref().map(Entry::as_ref));
        self.put_back(frame);
        seen
    }

    /// Installs a frame where there is none, since it was moved out.
    #[inline]
    pub(super) fn put_back(&self, frame: Option<Entry>) {
        self.fill(frame);
    }

    /// Ends the entry of a `run` or `exit`, and of what its storage entered since.
    #[inline]
    pub(crate) fn leave(&self, serial: u64) {
        let is_it = |top: &Entry| top.as_ref().id() == serial && top.as_ref().has(SCOPE);
        match self.replace(None) {
            Some(top) if is_it(&top) => self.pop(top),
            frame => {
                self.put_back(frame);
                self.leave_below(serial);
            }
        }
    }

    /// Installs what is below this entry, which was moved out.
    #[inline]
    pub(super) fn pop(&self, top: Entry) {
        self.put_back(top.as_ref().take_parent());
        if top.as_ref().guards() > 0 {
            self.tidy(); // it may have been above ended ones
        }
        drop(top); // last: a user's `Drop` sees the outer frame
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
        match self.replace(None) {
            Some(top) if !self.is_end(top.as_ref()) => self.enter_beside(top, key, value),
            below => self.enter_above(below, key, value),
        }
    }

    /// Enters a value where something was entered before in the same scope: into its map, if there is one.
    fn enter_beside(&self, mut top: Entry, key: u64, value: ValueRef) -> Rest {
        let node = top.as_ref();
        let below = if node.has(MAP) {
            node.parent()
        } else {
            Some(node)
        };
        if self.has_in_scope(below, key) {
            return self.enter_in_copy(top, key, value);
        }
        if !node.has(MAP) {
            return self.enter_above(Some(top), key, value);
        }
        let in_place = |map: &mut Map| (map.make_room(key), map.set(key, value.clone()));
        match top.change_map(self.serial(), in_place) {
            Some(((over, value), form)) => {
                self.put_back(Some(top));
                Rest {
                    _value: value,
                    _over: over,
                    _form: form,
                    ..Rest::default()
                }
            }
            None => {
                let below = top.as_ref().parent().map(NodeRef::to_owned);
                self.enter_instead(top, below, key, value)
            }
        }
    }

    /// Returns `true` if the storage has something above the innermost scope or guard, from this node on.
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

    fn enter_above(&self, below: Option<Entry>, key: u64, value: ValueRef) -> Rest {
        let mut map = Map::with_capacity(1);
        let _none = map.set(key, value);
        self.put_back(Some(Entry::of_map(map, below, self.serial(), 0)));
        Rest::default()
    }

    /// Copies all that lies above the innermost scope or guard into one map: what the storage has there is replaced.
    #[cold]
    fn enter_in_copy(&self, top: Entry, key: u64, value: ValueRef) -> Rest {
        let end = top.as_ref().chain().find(|node| self.is_end(*node));
        // scopes that are not in progress may be copied
        let scopes = end.map_or(0, NodeRef::scopes);
        self.floor.set(self.floor.get().min(scopes));
        let below = end.map(NodeRef::to_owned);
        self.enter_instead(top, below, key, value)
    }

    /// Replaces all that lies above `below` by one map.
    fn enter_instead(&self, top: Entry, below: Option<Entry>, key: u64, value: ValueRef) -> Rest {
        let mut map = Map::with_capacity(top.as_ref().map().map_or(1, Map::len) + 1);
        let _none = map.set(key, value);
        let end = below.as_ref().map(Entry::as_ref);
        let chain = top.as_ref().chain();
        for node in chain.take_while(|node| Some(*node) != end) {
            each_live(node, keys::settled_generation(), |key, value| {
                map.add(key, || value.keep());
            });
        }
        self.put_back(Some(Entry::of_map(map, below, self.serial(), 0)));
        Rest {
            _frame: Some(top),
            ..Rest::default()
        }
    }

    /// Takes what was entered under a key, which is over, out of the innermost scope, if nobody else has that.
    pub(crate) fn forget(&self, key: u64) -> Rest {
        let Some(mut top) = self.replace(None) else {
            return Rest::default();
        };
        let id = top.as_ref().id(); // it shows the same
        let removed = top.change_map(id, |map| map.remove(key));
        self.put_back(Some(top));
        let (value, form) = removed.unwrap_or_default();
        Rest {
            _value: value,
            _form: form,
            ..Rest::default()
        }
    }

    /// Returns `true` if what is entered stays above this entry: it is of a guard, or of a scope that is in progress
    /// around this call.
    pub(super) fn is_end(&self, node: NodeRef<'_>) -> bool {
        node.has(ROOT)
            || (node.has(GUARD) && !node.is_ended())
            || (node.has(SCOPE) && node.scopes() > self.floor.get())
    }
}
