//! Who was joined: a runtime wakes whoever waits for a task right after it has ended, and so while nothing is known to run.

use std::collections::HashMap;

use super::index::{At, Index};

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
