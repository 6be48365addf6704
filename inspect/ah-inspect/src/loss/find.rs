//! Who had the store, and where the chain of causes broke.

use ah_core::frame::StorageInfo;

use super::{
    evidence,
    report::{Holder, Link, Loss, Who},
};
use crate::{
    event::Names,
    live::Row,
    names::{self, Place, Store},
    state::State,
};

/// A chain of causes is followed so far.
const FAR: usize = 64;

/// What caused something, itself first, as far as it is alive.
pub(crate) fn causes(state: &State, id: u64) -> impl Iterator<Item = Row> + '_ {
    let cause = |row: &Row| {
        let is_tracked = row.trigger > 1 && row.trigger != row.id;
        is_tracked.then(|| state.live.row(row.trigger))?
    };
    std::iter::successors(state.live.row(id), cause).take(FAR)
}

impl Who {
    pub(crate) fn of(row: &Row) -> Self {
        Self::named(row.id, row.names)
    }

    fn named(id: u64, names: Names) -> Self {
        let ty = names::type_of(names.ty()).unwrap_or_default();
        Self {
            id,
            type_name: ty.name,
            function: crate::text::function(ty.future),
            place: names::place(names.place()),
        }
    }

    const fn untracked() -> Self {
        Self {
            id: 0,
            type_name: "",
            function: "",
            place: None,
        }
    }
}

fn store_in(state: &State, context: u32, storage: u32) -> Option<Store> {
    let stores = state.contexts.stores(context);
    let is_it = |store: &&Store| store.storage == storage && !store.is_exited;
    stores.iter().find(is_it).cloned()
}

/// The first of the causes that has a store.
pub(super) fn holder(state: &State, id: u64, storage: u32) -> Option<Holder> {
    causes(state, id).find_map(|row| {
        let store = store_in(state, row.names.context(), storage)?;
        Some(Holder::new(Who::of(&row), store))
    })
}

struct Search<'a> {
    state: &'a State,
    storage: u32,
    info: StorageInfo,
    /// The reader and its causes.
    chain: Vec<Row>,
    /// The outermost thing that is polled where it is read.
    polled_in: u64,
    now: u64,
}

/// What had the store, how it is related to the reader, and the first thing on the way that did not have it.
type Explained = (Link, Holder, Who);

pub(super) fn find(
    state: &State,
    reader: u64,
    (storage, info): (u32, StorageInfo),
    read_at: Place,
    now: u64,
) -> Option<Loss> {
    let search = Search {
        state,
        storage,
        info,
        chain: causes(state, reader).collect(),
        polled_in: evidence::outermost(),
        now,
    };
    let explained = search.explain();
    if explained.is_none() && !info.is_required {
        return None;
    }
    let read_in = search.chain.first().map_or(Who::untracked(), Who::of);
    Some(Loss::new((storage, info), read_at, read_in, explained))
}

impl Search<'_> {
    fn explain(&self) -> Option<Explained> {
        self.by_cause()
            .or_else(|| self.by_wake())
            .or_else(|| self.by_time())
    }

    /// Something on the chain has it, and what it caused has not: that was created elsewhere. If it was created within, then
    /// it was meant: by `detached`, by `exit`, or since the storage is not inherited.
    fn by_cause(&self) -> Option<Explained> {
        let mut chain = self.chain.iter().zip(self.chain.iter().skip(1));
        chain.find_map(|(without, cause)| {
            let store = self.store_of(cause)?;
            let is_loss = without.is_created_elsewhere && self.info.is_inherited;
            let explained = (
                Link::Caused,
                Holder::new(Who::of(cause), store),
                Who::of(without),
            );
            is_loss.then_some(explained)
        })
    }

    fn store_of(&self, row: &Row) -> Option<Store> {
        store_in(self.state, row.names.context(), self.storage)
    }

    /// Something on the chain was woken by what has it, and did not set it itself: then it has left its own scope since.
    fn by_wake(&self) -> Option<Explained> {
        self.chain.iter().enumerate().find_map(|(at, row)| {
            let waker = self.state.live.row(row.woken_by);
            let store = store_in(self.state, row.woken_in, self.storage);
            let store = store.filter(|store| self.is_of_others(at, store));
            let holder = match (waker, store) {
                (Some(waker), Some(store)) => Holder::new(Who::of(&waker), store),
                (None, Some(store)) => Holder::new(Who::untracked(), store),
                (_, None) => return None,
            };
            Some((Link::Woke, holder, Who::of(row)))
        })
    }

    /// Whether a store was set by something else than what is there on the chain, or what that is polled in. If it is not known
    /// who set it, nothing is said but of a storage that must always be set.
    fn is_of_others(&self, at: usize, store: &Store) -> bool {
        let Some(setter) = store.set_in else {
            return self.info.is_required;
        };
        let inner = self.chain[at..].iter().take_while(|row| row.is_promise);
        let task = self.chain[at..].iter().find(|row| !row.is_promise);
        setter == 0 || setter != self.polled_in && inner.chain(task).all(|row| row.id != setter)
    }

    /// Nothing tracked has caused it: what ran until just before on this thread may have. To explain a loss only: what runs
    /// in no context after a request is most often meant to.
    fn by_time(&self) -> Option<Explained> {
        if !self.info.is_required {
            return None;
        }
        let first = self.chain.last();
        let is_new = |row: &Row| row.trigger <= 1 && row.polls == 0;
        if !first.is_none_or(is_new) {
            return None;
        }
        let (last, context) = evidence::just_before(self.now)?;
        let of = |context| {
            let store = store_in(self.state, context, self.storage)?;
            Some(Holder::new(Who::named(last.id, last.names), store))
        };
        let holder = of(last.names.context())
            .or_else(|| holder(self.state, last.id, self.storage))
            .or_else(|| of(context))?;
        Some((
            Link::RanBefore,
            holder,
            first.map_or(Who::untracked(), Who::of),
        ))
    }
}
