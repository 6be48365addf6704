//! What a request's time went into, summed up.

use std::collections::BTreeMap;

use super::{
    index::{At, Index},
    path::{Step, What},
};

/// Where time went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Spent {
    /// Polled: code of the request ran.
    Working,
    /// Woken or spawned, and not polled yet: it waited for a thread.
    Ready,
    /// Waiting, for nothing that is known.
    Waiting,
    /// Waiting for work of another request, or of nobody's.
    Others,
}

/// A part of the time of a request. All parts together are its whole duration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    spent: Spent,
    label: String,
    nanos: u64,
}

impl Part {
    /// Returns where the time went.
    #[must_use]
    pub fn spent(&self) -> Spent {
        self.spent
    }

    /// Returns the same in words.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns how many nanoseconds it took.
    #[must_use]
    pub fn nanos(&self) -> u64 {
        self.nanos
    }
}

/// What a step of the path is to the request.
pub(super) fn spent(step: &Step, is_ours: bool) -> Spent {
    match step.what {
        _ if !is_ours => Spent::Others,
        What::Working => Spent::Working,
        What::Ready => Spent::Ready,
        What::Waiting => Spent::Waiting,
    }
}

/// What a step is called, alone.
pub(super) fn label(index: &Index<'_>, step: &Step, is_ours: bool) -> String {
    match spent(step, is_ours) {
        Spent::Working => "working".to_owned(),
        Spent::Ready => "ready, but not polled".to_owned(),
        Spent::Others => format!("waiting for {}", index.whose(step.lane, step.from, step.to)),
        Spent::Waiting => waits(index, step.lane, (step.from, step.to), step.by),
    }
}

/// Where a lane waits, if it waits for no other.
pub(super) fn waits(
    index: &Index<'_>,
    lane: At,
    (from, to): (u64, u64),
    by: Option<u64>,
) -> String {
    if from >= index.runs(lane).end {
        return "in untracked code".to_owned();
    }
    let (name, resource) = index.waits_in(lane, from, to);
    match (resource, by) {
        (Some(resource), _) if resource != name => format!("in {name}: {resource}"),
        (_, Some(0 | 1)) => format!("in {name}: timer or I/O"),
        _ => format!("in {name}"),
    }
}

/// The parts of a path, the longest first.
pub(super) fn parts(index: &Index<'_>, path: &[Step], is_ours: impl Fn(At) -> bool) -> Vec<Part> {
    let mut sums: BTreeMap<(Spent, String), u64> = BTreeMap::new();
    for step in path {
        let is_ours = is_ours(step.lane);
        let label = label(index, step, is_ours);
        *sums.entry((spent(step, is_ours), label)).or_default() += step.to - step.from;
    }
    let part = |((spent, label), nanos)| Part {
        spent,
        label,
        nanos,
    };
    let mut parts: Vec<Part> = sums.into_iter().map(part).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.nanos)); // stable: the same recording has the same parts
    parts
}

/// A sentence has no more parts.
const MOST: usize = 4;

/// A part of a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    pub(crate) percent: u32,
    pub(crate) nanos: u64,
    pub(crate) label: String,
    /// `None` for all that is too small to be named.
    pub(crate) spent: Option<Spent>,
}

impl Share {
    fn of(part: &Part) -> Self {
        Self::new(part.nanos, part.label.clone(), Some(part.spent))
    }

    fn new(nanos: u64, label: String, spent: Option<Spent>) -> Self {
        Self {
            percent: 0,
            nanos,
            label,
            spent,
        }
    }
}

/// The largest parts in percents, and the rest as one: they add up to 100. Waits for several requests are one part.
pub(crate) fn shares(parts: &[Part]) -> Vec<Share> {
    let all: u64 = parts.iter().map(Part::nanos).sum();
    let mut shares = with_requests_as_one(parts);
    shares.sort_by_key(|share| std::cmp::Reverse(share.nanos));
    let large = shares.iter().take(MOST);
    let count = large.take_while(|share| share.nanos >= all / 50).count();
    let rest = shares.drain(count..).map(|share| share.nanos).sum();
    shares.push(Share::new(rest, "other".to_owned(), None));
    let nanos: Vec<u64> = shares.iter().map(|share| share.nanos).collect();
    for (share, percent) in shares.iter_mut().zip(percents(&nanos)) {
        share.percent = percent;
    }
    shares.retain(|share| share.percent > 0);
    shares
}

fn with_requests_as_one(parts: &[Part]) -> Vec<Share> {
    let is_request = |part: &&Part| part.spent == Spent::Others && part.label.contains('=');
    let (requests, others): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(is_request);
    let mut all: Vec<Share> = others.into_iter().map(Share::of).collect();
    match requests.len() {
        0 | 1 => all.extend(requests.into_iter().map(Share::of)),
        count => {
            let nanos = requests.iter().map(|part| part.nanos).sum();
            let label = format!("waiting for {count} other requests");
            all.push(Share::new(nanos, label, Some(Spent::Others)));
        }
    }
    all
}

/// The parts in words.
pub(crate) fn sentence(parts: &[Part]) -> String {
    let shares = shares(parts).into_iter();
    let words = |share: Share| format!("{} % {}", share.percent, share.label);
    let words: Vec<String> = shares.map(words).collect();
    match words.is_empty() {
        true => "no time passed".to_owned(),
        false => words.join(", "),
    }
}

pub(super) fn lost(times: usize) -> Option<String> {
    match times {
        0 => None,
        1 => Some("its context was lost once".to_owned()),
        times => Some(format!("its context was lost {times} times")),
    }
}

/// Percents that add up to 100, each off by less than one.
pub(super) fn percents(nanos: &[u64]) -> Vec<u32> {
    let all = nanos
        .iter()
        .map(|nanos| u128::from(*nanos))
        .sum::<u128>()
        .max(1);
    let share = |nanos: &u64| {
        (
            100 * u128::from(*nanos) / all,
            100 * u128::from(*nanos) % all,
        )
    };
    let shares: Vec<(u128, u128)> = nanos.iter().map(share).collect();
    let mut percents: Vec<u32> = shares.iter().map(|(whole, _)| *whole as u32).collect();
    let mut order: Vec<usize> = (0..nanos.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(shares[*at].1));
    let left = 100 - percents.iter().sum::<u32>();
    for at in order
        .into_iter()
        .filter(|at| nanos[*at] > 0)
        .take(left as usize)
    {
        percents[at] += 1;
    }
    percents
}
