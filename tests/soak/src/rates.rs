//! Requests a second, and whether they get fewer.
//!
//! Other programs take the processor away, and then there are fewer requests. So what is judged is the requests per second
//! of the processor's time that this process got, where the system shows that; elsewhere per second. A quarter's figure
//! is the median of its seconds. Even so it is noisy: only a clear loss is a fault.

use std::{fmt, fs, time::Duration};

/// Below this the last quarter is worth a warning, and below the other it is a fault.
const WARNED: f64 = 0.9;
const REQUIRED: f64 = 0.7;
/// A shorter run is too short to judge by: what else the machine does would decide. It is warned all the same.
const JUDGED: usize = 120;
/// A longer soak prints every tenth second.
const MANY_SECONDS: usize = 60;

/// What has been done, second by second.
pub(crate) struct Rates {
    /// Requests, and requests per second of the processor's time.
    seconds: Vec<(u64, f64)>,
    requests: u64,
    processor: Option<Duration>,
    /// Every how many seconds a line is printed.
    every: usize,
}

impl Rates {
    /// Room for all of it, so that the vector does not grow meanwhile.
    pub(crate) fn with_room_for(duration: Duration) -> Self {
        let seconds = duration.as_secs() as usize;
        Self {
            seconds: Vec::with_capacity(seconds),
            requests: 0,
            processor: None,
            every: if seconds > MANY_SECONDS { 10 } else { 1 },
        }
    }

    /// Notes that a second has passed, and how many requests are done since the load began. The first call begins it.
    pub(crate) fn note(&mut self, done: u64) {
        let now = processor_time();
        if let Some(before) = self.processor.replace(now) {
            let requests = done - self.requests;
            let used = now.saturating_sub(before).as_secs_f64();
            let used = if used > 0.0 { used } else { 1.0 };
            self.seconds.push((requests, requests as f64 / used));
        }
        self.requests = done;
    }

    pub(crate) fn seconds(&self) -> usize {
        self.seconds.len()
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests
    }

    /// Returns `true` if this second is to be printed.
    pub(crate) fn is_due(&self) -> bool {
        self.seconds() > 0 && self.seconds() % self.every == 0
    }

    fn quarter(&self) -> usize {
        self.seconds() / 4
    }

    fn first(&self) -> f64 {
        median(&self.seconds[..self.quarter()])
    }

    fn last(&self) -> f64 {
        median(&self.seconds[self.seconds() - self.quarter()..])
    }

    /// What the last quarter is of the first.
    fn ratio(&self) -> f64 {
        self.last() / self.first()
    }

    /// Says in words how the quarters compare.
    pub(crate) fn trend(&self) -> String {
        let (first, last, ratio) = (self.first(), self.last(), self.ratio());
        let warning = if ratio < WARNED {
            " (a warning: fewer)"
        } else {
            ""
        };
        format!(
            "per second of processor time {first:.0} in the first quarter, {last:.0} in the last: {ratio:.2}{warning}"
        )
    }

    /// Says whether the throughput has sunk.
    pub(crate) fn fault(&self) -> Option<String> {
        let is_judged = self.seconds() >= JUDGED;
        let has_sunk = self.ratio().is_nan() || is_judged && self.ratio() < REQUIRED;
        has_sunk.then(|| format!("the throughput has sunk: {}", self.trend()))
    }
}

/// The last second.
impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (requests, per_processor) = self.seconds.last().copied().unwrap_or_default();
        write!(
            f,
            "{requests} requests/s ({per_processor:.0} per second of processor time)"
        )
    }
}

fn median(seconds: &[(u64, f64)]) -> f64 {
    let mut rates: Vec<_> = seconds.iter().map(|(_, rate)| *rate).collect();
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The processor's time of this process so far, as Linux shows it: in hundredths of a second. Zero elsewhere.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default(); // the name before it may hold anything
    let times = fields.split_whitespace().skip(11).take(2); // user and system
    let ticks: u64 = times.filter_map(|time| time.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ah_testing::test;

    use super::Rates;

    /// Each rate for half a minute.
    fn rates_of(rates: &[u32]) -> Rates {
        let seconds = rates.iter().flat_map(|rate| [(1, f64::from(*rate)); 30]);
        let mut all = Rates::with_room_for(Duration::from_secs(30 * rates.len() as u64));
        all.seconds.extend(seconds);
        all
    }

    #[test]
    fn a_throughput_that_sinks_is_a_fault_and_one_bad_second_is_none() {
        let faults = |seconds: &[u32]| rates_of(seconds).fault().is_some();
        assert!(!faults(&[
            100, 100, 100, 50, 50, 100, 1, 100, 100, 100, 1, 100
        ]));
        assert!(!faults(&[100, 100, 100, 100, 75, 75, 75, 75]));
        assert!(faults(&[100, 100, 100, 100, 100, 100, 69, 69]));
        assert!(!faults(&[100, 60, 50]), "too short");
        assert!(faults(&[]), "nothing was measured");
    }

    #[test]
    fn a_throughput_that_sinks_a_little_is_a_warning() {
        let is_warned = |last| rates_of(&[100, 100, 100, last]).trend().contains("warning");
        assert!(is_warned(89));
        assert!(!is_warned(90));
    }

    #[test]
    fn requests_are_counted_from_the_first_note_on() {
        let mut rates = Rates::with_room_for(Duration::from_secs(8));
        for done in [10, 30, 60] {
            rates.note(done);
        }
        let requests: Vec<_> = rates
            .seconds
            .iter()
            .map(|(requests, _)| *requests)
            .collect();
        assert_eq!((requests, rates.seconds()), (vec![20, 30], 2));
    }
}
