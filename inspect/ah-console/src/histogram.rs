//! How long the polls of one task took, and how long it was ready before each: with a resolution of 1 %, up to a minute.

use ah_inspect::Task;
use console_api::tasks::{DurationHistogram, TaskDetails, task_details::PollTimesHistogram};
use hdrhistogram::{
    Histogram,
    serialization::{Serializer as _, V2Serializer},
};

use crate::entry::delays;

const MINUTE: u64 = 60_000_000_000;

/// Gathers them from recordings that follow each other.
pub(crate) struct Times {
    polls: Durations,
    delays: Durations,
    /// The beginning of the last poll that is in it.
    last: u64,
}

impl Times {
    pub(crate) fn new() -> Self {
        Self {
            polls: Durations::new(),
            delays: Durations::new(),
            last: 0,
        }
    }

    /// Adds what came since the last time, and has ended by `end`, when the recording was taken.
    pub(crate) fn add(&mut self, task: &Task, end: u64) {
        let polls = task.polls().iter();
        let complete = polls.filter(|poll| poll.from > self.last && poll.to < end);
        let mut last = self.last;
        for poll in complete {
            self.polls.add(poll.to.saturating_sub(poll.from));
            last = last.max(poll.from);
        }
        let delays = delays(task, self.last).filter(|(from, _)| *from <= last);
        delays.for_each(|(_, delay)| self.delays.add(delay));
        self.last = last;
    }

    pub(crate) fn write(&self, details: &mut TaskDetails) {
        details.poll_times_histogram = Some(PollTimesHistogram::Histogram(self.polls.message()));
        details.scheduled_times_histogram = Some(self.delays.message());
    }
}

struct Durations {
    histogram: Histogram<u64>,
    outliers: u64,
    longest_outlier: Option<u64>,
}

impl Durations {
    fn new() -> Self {
        Self {
            histogram: Histogram::new_with_max(MINUTE, 2)
                .expect("a minute is more than 2, and 2 digits less than 5"),
            outliers: 0,
            longest_outlier: None,
        }
    }

    fn add(&mut self, duration: u64) {
        if self.histogram.record(duration).is_err() {
            self.outliers += 1;
            self.longest_outlier = self.longest_outlier.max(Some(duration));
        }
    }

    fn message(&self) -> DurationHistogram {
        let mut bytes = Vec::new();
        let written = V2Serializer::new().serialize(&self.histogram, &mut bytes);
        debug_assert!(written.is_ok(), "a `Vec` takes all bytes");
        DurationHistogram {
            raw_histogram: bytes,
            max_value: MINUTE,
            high_outliers: self.outliers,
            highest_outlier: self.longest_outlier,
        }
    }
}
