//! Who was joined: a runtime wakes whoever waits for a task right after it has ended, and so while nothing is known to run.
//!
//! Of tasks under the hooks of a runtime, no wake is known at all: one that is polled again after one that it had spawned ended
//! has most likely joined that.

use std::collections::HashMap;

use super::index::{At, Index};
use crate::recording::Wake;

/// So long after the end of a task is its join woken, in nanoseconds.
const JUST_ENDED: u64 = 50_000;

impl Index<'_> {
    /// Names who woke, where a lane was woken by the runtime just after one that it had spawned ended on that thread.
    pub(super) fn find_joins(&mut self) {
        let mut ended: HashMap<u32, Vec<(u64, At)>> = HashMap::new();
        for at in 0..self.recording.tasks.len() {
            let last = self
                .runs(at)
                .polls
                .last()
                .filter(|_| self.runs(at).is_finished());
            if let Some(last) = last.filter(|_| self.home(at) == Some(at)) {
                ended.entry(last.thread).or_default().push((last.to, at));
            }
        }
        ended.values_mut().for_each(|ended| ended.sort_unstable());
        for at in 0..self.recording.tasks.len() {
            let wakes = self.runs(at).wakes().iter().enumerate();
            let wakes = wakes.filter(|(_, wake)| wake.by <= 1);
            let joined = wakes.filter_map(|(number, wake)| {
                let ended = ended.get(&wake.thread)?;
                Some((number, self.joined(at, ended, wake.at)?))
            });
            let joined: Vec<(usize, u64)> = joined.collect();
            self.name_wakers(at, &joined);
        }
    }

    /// The wakes of a lane of which none is recorded: the last end of a lane that it had spawned, before each poll.
    pub(super) fn guess_wakes(&mut self) {
        for at in 0..self.recording.tasks.len() {
            if self.runs(at).wakes().is_empty() && self.home(at) == Some(at) {
                let guessed = self.likely_wakes(at);
                self.set_wakes(at, guessed);
            }
        }
    }

    fn likely_wakes(&self, at: At) -> Vec<Wake> {
        let spawned = self.lanes_of(at).iter().copied();
        let ended = spawned.filter(|child| self.runs(*child).is_over());
        let mut wakes: Vec<(usize, Wake)> = ended
            .filter_map(|child| self.likely_wake(at, child))
            .collect();
        wakes.sort_by_key(|(_, wake)| wake.at);
        wakes.reverse();
        wakes.dedup_by_key(|(poll, _)| *poll); // the last before each
        wakes.into_iter().rev().map(|(_, wake)| wake).collect()
    }

    /// Which poll the end of a lane came before, if that was between two.
    fn likely_wake(&self, at: At, child: At) -> Option<(usize, Wake)> {
        let (runs, ended) = (self.runs(at), self.runs(child).end);
        let last = runs.poll_before(ended)?;
        let is_between = runs.polls[last].to <= ended && last + 1 < runs.polls.len();
        let wake = Wake {
            at: ended,
            by: self.task(child).id,
            thread: 0,
        };
        is_between.then_some((last, wake))
    }

    /// Which of those that ended on a thread was spawned by this, and ended just before.
    fn joined(&self, at: At, ended: &[(u64, At)], woken: u64) -> Option<u64> {
        let last = ended
            .partition_point(|(to, _)| *to <= woken)
            .checked_sub(1)?;
        let (to, child) = ended[last];
        let is_join = woken - to < JUST_ENDED && self.cause_home(child) == self.home(at);
        is_join.then(|| self.task(child).id)
    }
}
