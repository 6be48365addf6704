//! What a lane polls, and what it waits for.

use super::{
    cast::Cast,
    index::{At, Index},
    lane::{Inner, Lane, Wait},
    parts,
    timeline::Gap,
    tone::{Tone, Tones},
};

/// So much of what a lane polls is looked at, and shown.
const MOST_INNER: usize = 2_000;
const MOST_SHOWN: usize = 24;

impl Lane {
    pub(super) fn look_inside(&mut self, index: &Index<'_>, cast: &Cast, tones: &mut Tones) {
        let idle = index
            .idle(self.at)
            .iter()
            .filter(|at| !index.task(**at).is_promise);
        let all = index.inside(self.at).iter().chain(idle);
        for at in all.take(MOST_INNER).copied() {
            let runs = index.runs(at);
            let begins = if index.task(at).is_promise {
                runs.created
            } else {
                runs.polls.first().map_or(runs.created, |poll| poll.from)
            };
            let (from, to) = (begins.max(cast.from), runs.end.min(cast.to));
            if from >= to {
                continue;
            }
            let tone = tones.of(index, cast, at);
            let is_polled = !runs.polls.is_empty();
            if is_polled && tone != self.tone && tone != Tone::Nobody {
                self.stretches.push((from, to, tone));
            }
            let is_all = index.task(at).is_promise && from <= self.from && to >= self.to;
            if !is_all && !self.is_guest && at != cast.root {
                let name = index.name(at);
                self.inner.push(Inner {
                    name,
                    from,
                    to,
                    is_polled,
                });
            }
        }
        self.inner
            .sort_by_key(|inner| std::cmp::Reverse(inner.to - inner.from));
        self.inner.truncate(MOST_SHOWN);
        self.inner
            .sort_by_key(|inner| (inner.from, std::cmp::Reverse(inner.to)));
    }
}

/// A wait of less than this part of the window has no name.
const SHORT: u64 = 20;

impl Lane {
    pub(super) fn name_waits(&mut self, index: &Index<'_>, cast: &Cast) {
        let runs = index.runs(self.at);
        if self.tone == Tone::Nobody && self.stretches.is_empty() && !cast.is_ours(self.at) {
            return; // a worker that had nothing to do waited for nobody
        }
        let path = cast.path.iter().filter(|step| step.lane == self.at);
        let path: Vec<u64> = path.map(|step| step.from).collect();
        for poll in 0..=runs.polls.len() {
            let gap = runs.gap_before(poll);
            let (from, to) = (gap.from.max(cast.from), gap.ready.min(cast.to));
            let first = path.partition_point(|begin| *begin < from);
            let first = path.get(first).copied();
            let from = first.filter(|begin| *begin < to).unwrap_or(from);
            if from < to && to - from > (cast.to - cast.from) / SHORT {
                let label = what_for(index, cast, self.at, &gap);
                self.waits.push(Wait { from, to, label });
            }
        }
    }
}

/// What a lane waits for in a gap.
fn what_for(index: &Index<'_>, cast: &Cast, lane: At, gap: &Gap) -> String {
    let waker = gap
        .by
        .and_then(|by| index.home_of_id(by))
        .filter(|waker| *waker != lane);
    match waker {
        Some(waker) => format!("for {}", cast.name(index, waker)),
        None => parts::waits(index, lane, (gap.from, gap.ready), gap.by),
    }
}
