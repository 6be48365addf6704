//! What inspectors know of storages, and the stores that a frame shows.

use std::{
    collections::BTreeMap,
    fmt,
    panic::Location,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    chain::{
        canonical::has_ended_in,
        keys::{is_over, number},
        node::{EXITED, NodeRef, ROOT},
    },
    current::{root_id::RootId, thread::with_thread},
    frame::Frame,
};

/// How the stores of a storage are shown.
pub type Show<T> = fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result;

/// What is known of a storage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct StorageInfo {
    /// Its name; empty if it has none.
    pub name: &'static str,
    /// Where it was created.
    pub place: &'static Location<'static>,
    /// The type of its stores.
    pub type_name: &'static str,
    /// How many bytes each of them takes, without what it points to.
    pub size: usize,
    /// Whether its stores are shown.
    pub is_shown: bool,
    /// Whether it must be set wherever it is read.
    pub is_required: bool,
    /// Whether spawned work inherits its stores.
    pub is_inherited: bool,
}

/// A store in a frame.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Stored {
    /// The number of its storage.
    pub storage: u32,
    /// The name of its storage; empty if it has none.
    pub name: &'static str,
    /// The type of the value.
    pub type_name: &'static str,
    /// How many bytes the value takes, without what it points to.
    pub size: usize,
    /// Tells the value from all others, for as long as it lives.
    pub value: usize,
    /// How it is shown, if it is.
    pub text: Option<String>,
    /// The storage was exited: there is no value.
    pub is_exited: bool,
}

/// Shows the value of a node whose key belongs to the storage.
pub(super) type Text = Arc<dyn Fn(NodeRef<'_>) -> String + Send + Sync>;

struct Known {
    /// Its key: a number may be another storage's by the time that a node is looked at, a whole key never.
    key: u64,
    info: StorageInfo,
    text: Option<Text>,
}

/// By number, each for as long as its storage has that.
static STORAGES: Mutex<BTreeMap<u32, Known>> = Mutex::new(BTreeMap::new());

fn known() -> MutexGuard<'static, BTreeMap<u32, Known>> {
    STORAGES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes a storage that has a new key.
#[cold]
pub(super) fn note(key: u64, info: StorageInfo, text: Option<Text>) {
    drop(known().insert(number(key), Known { key, info, text }));
}

/// Forgets a storage that is about to give its number back.
#[cold]
pub(super) fn forget(key: u64) {
    drop(known().remove(&number(key)));
}

/// Returns what is known of the storage with this number.
#[must_use]
pub fn storage(number: u32) -> Option<StorageInfo> {
    known().get(&number).map(|known| known.info)
}

/// Returns what is known of all storages that were used and live.
#[must_use]
pub fn storages() -> Vec<(u32, StorageInfo)> {
    let known = known();
    known
        .iter()
        .map(|(number, known)| (*number, known.info))
        .collect()
}

/// Returns a number that no other frame of this process ever has, but the captured forms of the current one; 0 if nothing is
/// stored.
#[inline]
#[must_use]
pub fn current_id() -> u64 {
    // SAFETY: looked at before anything replaces it
    with_thread(|thread| unsafe { thread.current() }.map_or(0, NodeRef::id))
}

/// Returns a number that tells the current environment from all others, for as long as it lives; 0 for the global one.
#[inline]
#[must_use]
pub fn environment() -> usize {
    RootId::current().number()
}

impl Frame {
    /// Returns the stores that show in it, the innermost first, each storage once.
    ///
    /// Stores that are [shown](StorageInfo::is_shown) are formatted by their own `Display`, with no lock held.
    #[must_use]
    pub fn stores(&self) -> Vec<Stored> {
        let chain = self.top().into_iter().flat_map(NodeRef::chain);
        let nodes = chain.take_while(|node| !node.has(ROOT));
        let mut stores: Vec<Stored> = Vec::new();
        let mut add = |key, value: NodeRef<'_>| {
            let is_hidden = stores.iter().any(|inner| inner.storage == number(key));
            if !is_hidden && !is_over(key) {
                stores.extend(stored(key, value));
            }
        };
        for node in nodes {
            match node.map() {
                Some(map) => map
                    .entries()
                    .filter(|(key, _)| !has_ended_in(node, *key))
                    .for_each(|(key, value)| add(key, value.node())),
                None if node.is_ended() => (),
                None => add(node.key(), node.value_node()),
            }
        }
        stores
    }
}

/// `None` if it is of no storage that inspectors know: what bridges captured is in a frame, too; or if the storage was dropped
/// meanwhile.
fn stored(key: u64, value: NodeRef<'_>) -> Option<Stored> {
    let storage = number(key);
    let is_exited = value.has(EXITED);
    let (info, text) = {
        let known = known();
        let known = known.get(&storage).filter(|known| known.key == key)?;
        (known.info, known.text.clone())
    };
    Some(Stored {
        storage,
        name: info.name,
        type_name: info.type_name,
        size: info.size,
        value: value.as_raw().addr(),
        text: text.filter(|_| !is_exited).map(|text| text(value)),
        is_exited,
    })
}
