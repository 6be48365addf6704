//! Where the context of a request was lost.

use std::sync::Arc;

use super::{
    cast::Cast,
    index::{At, Index},
    words,
};
use crate::recording::{LossText, Unset};

/// A lost context in a lane: where and when it was read first, and how often.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) at: u64,
    pub(super) storage: String,
    pub(super) read_at: String,
    pub(super) set_at: Option<String>,
    pub(super) fix: Option<Arc<str>>,
    pub(super) times: usize,
}

impl Cut {
    /// `request is unset at shop.rs:163`, or without the place.
    pub(super) fn sentence(&self) -> String {
        format!("{} is unset at {}", self.storage, self.read_at)
    }
}

impl Cast {
    /// Reads in something that found a context lost which was ours.
    pub(super) fn losses_in<'a>(
        &'a self,
        index: &'a Index<'_>,
        at: At,
    ) -> impl Iterator<Item = &'a Unset> + 'a {
        let unset = index.task(at).unset.iter();
        let home = index.home(at).unwrap_or(at);
        unset.filter(move |unset| {
            let is_here = (self.from..=self.to).contains(&unset.at);
            is_here && (self.is_ours(home) || self.is_for_us(index, home, unset.at))
        })
    }

    /// Whether a lane of others worked for us at a time: it answered us next, or we woke it last and it answered no other.
    fn is_for_us(&self, index: &Index<'_>, lane: At, at: u64) -> bool {
        let answered = index.wakes_next(lane, at);
        if answered.is_some_and(|answered| self.is_ours(answered)) {
            return true;
        }
        let is_others = answered.is_some_and(|answered| !index.stores(answered).is_empty());
        let waker = index.runs(lane).woken_by(at);
        let waker = waker.and_then(|by| index.home_of_id(by));
        !is_others && waker.is_some_and(|waker| self.is_ours(waker))
    }

    /// The cuts of a lane, each pair of storage and place once.
    pub(super) fn cuts(&self, index: &Index<'_>, lane: At) -> Vec<Cut> {
        let all = std::iter::once(&lane).chain(index.inside(lane));
        let mut unset: Vec<&Unset> = all.flat_map(|at| self.losses_in(index, *at)).collect();
        unset.sort_by_key(|unset| unset.at);
        let mut cuts: Vec<(&Unset, Cut)> = Vec::new();
        for unset in unset {
            let same = |(known, _): &&mut (&Unset, Cut)| {
                known.storage == unset.storage && known.place == unset.place
            };
            match cuts.iter_mut().find(same) {
                Some((_, cut)) => cut.times += 1,
                None => cuts.push((unset, cut(index, unset))),
            }
        }
        cuts.into_iter().map(|(_, cut)| cut).collect()
    }
}

fn cut(index: &Index<'_>, unset: &Unset) -> Cut {
    let is_it = |loss: &&LossText| {
        loss.storage == unset.storage && Some(&loss.read_at) == unset.place.as_ref()
    };
    let loss = index.recording.losses.iter().find(is_it);
    let read_at = unset
        .place
        .as_ref()
        .map_or_else(|| "?".to_owned(), words::place);
    Cut {
        at: unset.at,
        storage: loss.map_or_else(
            || "a storage".to_owned(),
            |loss| crate::text::clean(&loss.name, 40),
        ),
        read_at,
        set_at: loss.and_then(|loss| loss.set_at.as_ref()).map(words::place),
        fix: loss.map(|loss| Arc::clone(&loss.fix)),
        times: 1,
    }
}
