//! Measures two sides in turn, and compares them round by round.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Does something so many times, and returns how long that took.
///
/// What it needs around it is set up before, and taken down after, the time that counts.
pub type Batch = Box<dyn FnMut(u32) -> Duration>;

/// One comparison.
pub struct Row {
    /// What scripts know it by.
    pub name: String,
    pub(crate) ours: Batch,
    pub(crate) peer: Option<(&'static str, Batch)>,
    pub(crate) target: Option<f64>,
    pub(crate) judged_by: JudgedBy,
    /// So many rounds are enough, of a row whose operations take long.
    rounds: usize,
    /// Whether the figure differs from process to process, by where the linker and the allocator put things.
    pub differs_by_process: bool,
}

/// What decides whether a row meets its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgedBy {
    /// The ratio of times.
    Time,
    /// Our own count, which `instructions check` keeps from rising: both sides take less than 2 ns, where times are
    /// noise.
    Instructions,
}

impl Row {
    /// Begins a row with our side of it.
    pub(crate) fn new(
        name: impl Into<String>,
        ours: impl FnMut(u32) -> Duration + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            ours: Box::new(ours),
            peer: None,
            target: None,
            judged_by: JudgedBy::Time,
            rounds: usize::MAX,
            differs_by_process: false,
        }
    }

    /// Whom we are compared with.
    pub(crate) fn against(
        mut self,
        peer: &'static str,
        theirs: impl FnMut(u32) -> Duration + 'static,
    ) -> Self {
        self.peer = Some((peer, Box::new(theirs)));
        self
    }

    /// The most that we may take, as a multiple of the peer.
    pub(crate) fn at_most(mut self, target: f64) -> Self {
        self.target = Some(target);
        self
    }

    /// Leaves the verdict to the count of our instructions.
    pub(crate) fn by_instructions(mut self) -> Self {
        self.judged_by = JudgedBy::Instructions;
        self
    }

    /// Limits the rounds of a row whose operations take long.
    pub(crate) fn rounds(mut self, most: usize) -> Self {
        self.rounds = most;
        self
    }

    /// Has the figure be the median of several processes.
    pub(crate) fn in_processes(mut self) -> Self {
        self.differs_by_process = true;
        self
    }

    /// Runs our side so many times.
    pub fn run_ours(&mut self, times: u32) -> Duration {
        (self.ours)(times)
    }

    /// Returns `true` if a name on the command line means this row: its own, or that of the row it adds a peer to.
    pub fn is_meant_by(&self, name: &str) -> bool {
        let rest = self.name.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("_vs_"))
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Calls an operation so many times. What the calls themselves cost is taken off.
///
/// It is called by a pointer that the optimizer cannot see through, on whichever side: so nothing of one call is kept for
/// the next. The call would add as much to both sides, about a nanosecond, and hide what differs.
pub(crate) fn time<R>(times: u32, operation: fn() -> R) -> Duration {
    calls(times, operation).saturating_sub(calls(times, || ()))
}

/// As [`time`], for an operation that needs something that was set up before.
pub(crate) fn time_on<S, R>(times: u32, state: &mut S, operation: fn(&mut S) -> R) -> Duration {
    calls_on(times, state, operation).saturating_sub(calls_on(times, state, |_| ()))
}

/// Measures an operation that does nothing.
pub fn nothing(times: u32) -> Duration {
    time(times, || ())
}

/// The functions below, as callgrind finds them: what is outside of them is not counted.
pub const LOOP: &str = "*ah_bench*harness*calls*";

#[inline(never)]
fn calls<R>(times: u32, operation: fn() -> R) -> Duration {
    let operation = black_box(operation);
    let start = Instant::now();
    for _ in 0..times {
        black_box(operation());
    }
    start.elapsed()
}

#[inline(never)]
fn calls_on<S, R>(times: u32, state: &mut S, operation: fn(&mut S) -> R) -> Duration {
    let operation = black_box(operation);
    let start = Instant::now();
    for _ in 0..times {
        black_box(operation(state));
    }
    start.elapsed()
}

/// Lets a batch do no less than so many operations, where fewer would show nothing: of two threads that never meet, of
/// timers instead of work.
pub(crate) fn at_least(
    least: u32,
    mut batch: impl FnMut(u32) -> Duration,
) -> impl FnMut(u32) -> Duration {
    move |times| {
        let done = times.max(least);
        batch(done).mul_f64(f64::from(times) / f64::from(done))
    }
}

/// How thoroughly to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How often each side has its turn.
    pub rounds: usize,
    /// How long a turn takes, at least.
    pub turn: Duration,
}

impl Effort {
    /// For figures to publish. Many short turns: what else the machine does then spoils few of them.
    pub const FULL: Self = Self {
        rounds: 201,
        turn: Duration::from_micros(500),
    };
    /// For a look.
    pub const QUICK: Self = Self {
        rounds: 31,
        turn: Duration::from_micros(250),
    };
    /// Each side once, to see that it works.
    pub const TEST: Self = Self {
        rounds: 1,
        turn: Duration::ZERO,
    };
}

/// What came of a row.
#[derive(Clone, Debug)]
pub struct Measured {
    /// That of the row.
    pub name: String,
    /// The median of what one operation took.
    pub ours_ns: f64,
    /// With whom it was compared, and the median of what they took.
    pub peer: Option<(&'static str, f64)>,
    /// The median of the ratios, ours by theirs.
    pub ratio: Option<f64>,
    /// The most that the ratio may be.
    pub target: Option<f64>,
    /// What the target is of.
    pub judged_by: JudgedBy,
}

impl Measured {
    /// Whether the target was met, if there is one, and times decide.
    pub fn is_met(&self) -> Option<bool> {
        let is_met = self.ratio? <= self.target?;
        (self.judged_by == JudgedBy::Time).then_some(is_met)
    }
}

/// Measures a row: ours, theirs, ours, theirs and so on. The side that begins a round alternates.
pub fn measure(row: &mut Row, effort: Effort) -> Measured {
    let mut ours = Side::new(&mut row.ours, effort.turn);
    let mut theirs = row
        .peer
        .as_mut()
        .map(|(_, batch)| Side::new(batch, effort.turn));
    let mut ratios = Vec::new();
    for round in 0..effort.rounds.min(row.rounds) {
        let Some(theirs) = &mut theirs else {
            ours.turn();
            continue;
        };
        let (our_ns, their_ns) = if round % 2 == 0 {
            let our_ns = ours.turn();
            (our_ns, theirs.turn())
        } else {
            let their_ns = theirs.turn();
            (ours.turn(), their_ns)
        };
        ratios.push(our_ns / their_ns);
    }
    Measured {
        name: row.name.clone(),
        ours_ns: median(ours.all),
        ratio: theirs.is_some().then(|| median(ratios)),
        peer: theirs.map(|theirs| median(theirs.all)).and_then(|ns| {
            let (peer, _) = row.peer.as_ref()?;
            Some((*peer, ns))
        }),
        target: row.target,
        judged_by: row.judged_by,
    }
}

/// Measures batches in turn, in ns for each operation: the medians.
pub fn measure_in_turn(batches: &mut [Batch], effort: Effort) -> Vec<f64> {
    let mut sides: Vec<_> = batches
        .iter_mut()
        .map(|batch| Side::new(batch, effort.turn))
        .collect();
    for _ in 0..effort.rounds {
        for side in &mut sides {
            side.turn();
        }
    }
    sides.into_iter().map(|side| median(side.all)).collect()
}

struct Side<'a> {
    batch: &'a mut Batch,
    times: u32,
    all: Vec<f64>,
}

impl<'a> Side<'a> {
    /// Warms up, and finds out how many operations fill a turn.
    fn new(batch: &'a mut Batch, turn: Duration) -> Self {
        const MOST: u32 = 1 << 22; // an operation that takes nothing never fills one
        let mut times = 1;
        while times < MOST && batch(times) < turn {
            times *= 2;
        }
        Self {
            batch,
            times,
            all: Vec::new(),
        }
    }

    fn turn(&mut self) -> f64 {
        let took = (self.batch)(self.times);
        let ns = took.as_nanos().max(1) as f64 / f64::from(self.times);
        self.all.push(ns);
        ns
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
