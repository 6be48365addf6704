//! What one thing does over time: polled, ready and not polled yet, waiting.

use crate::recording::{Poll, Recording, Task, Wake};

/// What a lane does for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Doing {
    Polled {
        thread: u32,
    },
    /// Spawned or woken, and not polled yet.
    Ready,
    Waiting,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) doing: Doing,
}

impl Segment {
    pub(super) fn len(&self) -> u64 {
        self.to - self.from
    }

    /// Whether both are polls, or neither is.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.thread().is_some() == other.thread().is_some()
    }

    pub(super) fn thread(&self) -> Option<u32> {
        match self.doing {
            Doing::Polled { thread } => Some(thread),
            _ => None,
        }
    }
}

/// The polls and wakes of a thing in order, none within another.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) created: u64,
    pub(super) end: u64,
    pub(super) polls: Vec<Poll>,
    wakes: Vec<Wake>,
    /// It is polled by an executor, which may let it wait. Else it is entered by whoever has it.
    is_future: bool,
    is_finished: bool,
    is_torn: bool,
}

/// Between two polls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Gap {
    pub(super) from: u64,
    /// When it was spawned or woken: up to then it waited, and from then on it was ready.
    pub(super) ready: u64,
    pub(super) to: u64,
    /// Who woke it, if it was woken in this gap.
    pub(super) by: Option<u64>,
    /// It was not polled before.
    pub(super) is_first: bool,
}

impl Runs {
    pub(super) fn new(task: &Task, recording: &Recording) -> Self {
        let polls = in_order(&task.polls);
        let mut wakes = task.wakes.clone();
        wakes.sort_by_key(|wake| wake.at);
        let last = polls.last().map_or(task.created, |poll| poll.to);
        let first = polls.first().map_or(task.created, |poll| poll.from);
        let end = task.finished.or(task.destroyed).unwrap_or(recording.end);
        Self {
            created: task.created.min(first),
            end: end.max(last).max(task.created),
            polls,
            wakes,
            is_future: task.is_promise || !task.future.is_empty() || &*task.type_name == "TASK",
            is_finished: task.finished.is_some(),
            is_torn: task.is_torn,
        }
    }

    /// The poll that it is in at a time, or the last one before.
    pub(super) fn poll_before(&self, at: u64) -> Option<usize> {
        self.polls
            .partition_point(|poll| poll.from < at)
            .checked_sub(1)
    }

    /// Whether it was ready with this poll: what is known to be later is its end.
    pub(super) fn ends_with(&self, poll: usize) -> bool {
        self.is_finished && poll + 1 == self.polls.len()
    }

    /// The gap before a poll; the one before none is after the last.
    pub(super) fn gap_before(&self, poll: usize) -> Gap {
        let before = poll.checked_sub(1).map(|before| self.polls[before]);
        let from = before.map_or(self.created, |before| before.to);
        let next = self.polls.get(poll);
        let to = next.map_or(self.end.max(from), |poll| poll.from);
        let since = before.map_or(self.created, |before| before.from);
        let wake = self.wake_within(since, to);
        let is_first = poll == 0;
        let ready = match wake {
            _ if is_first && self.is_future && !self.is_torn => from,
            Some(wake) if self.is_future => wake.at.clamp(from, to),
            _ => to,
        };
        let by = wake.filter(|wake| wake.at > from).map(|wake| wake.by);
        Gap {
            from,
            ready,
            to,
            by,
            is_first,
        }
    }

    /// The first wake within a time.
    fn wake_within(&self, since: u64, to: u64) -> Option<Wake> {
        let first = self.wakes.partition_point(|wake| wake.at < since);
        let wake = self.wakes.get(first).copied();
        wake.filter(|wake| wake.at <= to)
    }

    /// Who woke it last before a time.
    pub(super) fn woken_by(&self, at: u64) -> Option<u64> {
        let last = self.wakes.partition_point(|wake| wake.at <= at);
        Some(self.wakes.get(last.checked_sub(1)?)?.by)
    }

    pub(super) fn wakes(&self) -> &[Wake] {
        &self.wakes
    }

    pub(super) fn name_wakers(&mut self, wakers: &[(usize, u64)]) {
        for (wake, by) in wakers {
            self.wakes[*wake].by = *by;
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// What it does within a window.
    pub(super) fn segments(&self, from: u64, to: u64) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut push = |start: u64, end: u64, doing| {
            let (from, to) = (start.max(from), end.min(to));
            if from < to {
                segments.push(Segment { from, to, doing });
            }
        };
        let first = self.polls.partition_point(|poll| poll.to < from);
        for (at, poll) in self.polls.iter().enumerate().skip(first) {
            let gap = self.gap_before(at);
            push(gap.from, gap.ready, Doing::Waiting);
            push(gap.ready, gap.to, Doing::Ready);
            let thread = poll.thread;
            push(poll.from, poll.to, Doing::Polled { thread });
        }
        let gap = self.gap_before(self.polls.len());
        push(gap.from, gap.ready, Doing::Waiting);
        push(gap.ready, gap.to, Doing::Ready);
        segments
    }
}

/// Polls by time; those that lie within each other, as calls in the scope of a resource may, are one.
fn in_order(polls: &[Poll]) -> Vec<Poll> {
    let mut polls: Vec<Poll> = polls.to_vec();
    polls
        .iter_mut()
        .for_each(|poll| poll.to = poll.to.max(poll.from));
    polls.sort_by_key(|poll| poll.from);
    polls.dedup_by(|next, last| {
        let is_within = next.from < last.to;
        if is_within {
            last.to = last.to.max(next.to);
        }
        is_within
    });
    polls
}
