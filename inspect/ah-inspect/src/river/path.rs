//! The critical path of a request: what its time went into.
//!
//! It is walked back from the end to the begin, and each step goes on where the one after it began:
//!
//! 1. In a poll: the lane worked. On at the begin of the poll.
//! 2. Before a poll: the lane was ready, since it was woken or spawned, and waited for a thread.
//! 3. Before that, it waited for whoever woke it: on in that lane, at the time of the wake. If that lane is of the request, for
//!    good. If it is of others, only until the time when the wait began: what they did before did not make this one wait.
//! 4. Before it was spawned: on in the lane that spawned it.
//! 5. Where nobody known woke it, it waited for a timer, a socket or untracked code, in its own lane.

use std::collections::HashSet;

use super::{
    index::{At, Index},
    request::Root,
    timeline::Gap,
};

/// So many times is the lane changed while no time passes.
const MOST_CHANGES: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum What {
    Working,
    Ready,
    Waiting,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Step {
    pub(super) lane: At,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) what: What,
    /// Of a wait: who ended it, 0 for the runtime. `None` if nobody did.
    pub(super) by: Option<u64>,
}

struct Walk<'a> {
    index: &'a Index<'a>,
    ours: &'a HashSet<At>,
    root: &'a Root,
    from: u64,
    lane: At,
    at: u64,
    /// Lanes that wait for others, each with the time when its wait began.
    waiting: Vec<(u64, At)>,
    /// How often the lane changed since time passed.
    changes: usize,
    steps: Vec<Step>,
}

/// The path within a window, in order of time: without gaps from the begin to the end.
pub(super) fn critical_path(index: &Index<'_>, ours: &HashSet<At>, root: &Root) -> Vec<Step> {
    let first = root.lanes[0];
    let mut walk = Walk {
        index,
        ours,
        root,
        from: root.from,
        lane: first,
        at: root.to,
        waiting: Vec::new(),
        changes: 0,
        steps: Vec::new(),
    };
    if index.runs(first).end < root.to {
        walk.begin_in(root.last);
    }
    while walk.at > walk.from {
        walk.step();
    }
    walk.steps.reverse();
    walk.steps
}

impl Walk<'_> {
    fn step(&mut self) {
        if self.changes > MOST_CHANGES {
            self.waiting.clear();
            self.lane = self.root.lanes[0];
            return self.back_to(self.from, What::Waiting, None);
        }
        let runs = self.index.runs(self.lane);
        let Some(poll) = runs.poll_before(self.at) else {
            return self.before_polls();
        };
        let is_ending = runs.ends_with(poll) && runs.end >= self.at;
        if runs.polls[poll].to >= self.at || is_ending {
            return self.back_to(runs.polls[poll].from, What::Working, None);
        }
        self.in_gap(runs.gap_before(poll + 1));
    }

    fn before_polls(&mut self) {
        let gap = self.index.runs(self.lane).gap_before(0);
        if self.at > gap.from {
            return self.in_gap(gap);
        }
        match self.index.cause_home(self.lane) {
            Some(cause) if self.lane != self.root.lanes[0] => self.change_to(cause),
            _ => self.give_up(),
        }
    }

    fn in_gap(&mut self, gap: Gap) {
        if self.at > gap.to {
            return self.after_end(gap.to);
        }
        if self.at > gap.ready {
            return self.back_to(gap.ready, What::Ready, None);
        }
        let woken = gap.by.filter(|_| self.at == gap.ready);
        let waker = woken.and_then(|by| self.index.home_of_id(by));
        match waker.filter(|waker| *waker != self.lane) {
            Some(waker) => self.wait_for(waker, gap.from),
            None => self.back_to(gap.from, What::Waiting, woken),
        }
    }

    /// Goes on in the lane that ended a wait.
    fn wait_for(&mut self, waker: At, since: u64) {
        if !self.ours.contains(&waker) {
            self.waiting.push((since.max(self.begin()), self.lane));
        }
        self.change_to(waker);
    }

    fn change_to(&mut self, lane: At) {
        self.changes += 1;
        self.lane = lane;
        if self.ours.contains(&lane) {
            self.waiting.clear();
        }
    }

    /// The time when the wait began for which this lane is looked at.
    fn begin(&self) -> u64 {
        self.waiting.last().map_or(self.from, |(since, _)| *since)
    }

    /// Begins in the lane of what ended last; if that is a lane of others, it worked for the request since that was created.
    fn begin_in(&mut self, last: At) {
        let lane = self.index.home(last).unwrap_or(last);
        if !self.ours.contains(&lane) {
            let since = self.index.runs(last).created.max(self.from);
            if since >= self.at {
                return;
            }
            self.waiting.push((since, self.lane));
        }
        self.change_to(lane);
    }

    /// The lane had ended: on where the request went on, or back to the end.
    fn after_end(&mut self, end: u64) {
        let is_first = self.root.lanes.contains(&self.lane);
        match self.last_seen().filter(|_| is_first) {
            Some((lane, seen)) if seen > end => self.change_to(lane),
            _ => self.back_to(end, What::Waiting, None),
        }
    }

    /// Nothing is known of the time before in this lane: on where the request was last seen.
    fn give_up(&mut self) {
        match self.last_seen() {
            Some((lane, _)) => self.change_to(lane),
            None => self.back_to(self.begin(), What::Waiting, None),
        }
    }

    /// Another lane that the request begins in, and until when it is known to have gone on.
    fn last_seen(&self) -> Option<(At, u64)> {
        if !self.waiting.is_empty() {
            return None; // that is of others
        }
        let began = |lane: &At| *lane != self.lane && self.index.runs(*lane).created < self.at;
        let lanes = self.root.lanes.iter().copied().filter(began);
        let seen = lanes.map(|lane| (lane, self.index.runs(lane).end.min(self.at)));
        seen.max_by_key(|(_, seen)| *seen)
    }

    /// Takes a step back in this lane, and returns from it where the wait for it began.
    fn back_to(&mut self, from: u64, what: What, by: Option<u64>) {
        let from = from.max(self.begin()).min(self.at);
        if from < self.at {
            self.changes = 0;
            self.steps.push(Step {
                lane: self.lane,
                from,
                to: self.at,
                what,
                by,
            });
            self.at = from;
        }
        while let Some((since, lane)) = self.waiting.last().copied() {
            if since < self.at {
                break;
            }
            self.waiting.pop();
            self.change_to(lane);
        }
    }
}
