//! One lane of the picture.

use super::{
    cast::Cast,
    cut::Cut,
    fold::Node,
    index::{At, Index},
    parts,
    timeline::{Doing, Gap, Segment},
    words,
};

/// Whose context it is, as a colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tone {
    Ours,
    /// Of another request, by its number among those in the picture.
    Other(usize),
    Nobody,
}

/// A stretch of a future that a lane polls, or of a resource that it has created.
#[derive(Clone, Debug)]
pub(super) struct Inner {
    pub(super) name: String,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) is_polled: bool,
}

/// A wait that is long enough to be named.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) label: String,
}

#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub(super) at: At,
    pub(super) id: u64,
    /// More than one: they look alike, and are one lane.
    pub(super) count: usize,
    pub(super) name: String,
    /// What is written below the name.
    pub(super) place: String,
    pub(super) depth: usize,
    /// The lane in the picture that has created it.
    pub(super) parent: Option<usize>,
    pub(super) is_guest: bool,
    pub(super) is_on_path: bool,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) begins_before: bool,
    pub(super) goes_on: bool,
    pub(super) tone: Tone,
    /// Where it works in another context.
    pub(super) stretches: Vec<(u64, u64, Tone)>,
    /// Of a folded lane, those of each.
    pub(super) segments: Vec<Segment>,
    pub(super) inner: Vec<Inner>,
    /// What it waits for, where there is room to say so.
    pub(super) waits: Vec<Wait>,
    pub(super) cuts: Vec<Cut>,
}

/// How long a lane was polled, ready and waiting.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Sums {
    pub(super) polls: usize,
    pub(super) polled: u64,
    pub(super) longest: u64,
    pub(super) ready: u64,
    pub(super) waiting: u64,
}

impl Lane {
    pub(super) fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for segment in &self.segments {
            let len = segment.len();
            match segment.doing {
                Doing::Polled { .. } => {
                    sums.polls += 1;
                    sums.polled = sums.polled.saturating_add(len);
                    sums.longest = sums.longest.max(len);
                }
                Doing::Ready => sums.ready = sums.ready.saturating_add(len),
                Doing::Waiting => sums.waiting = sums.waiting.saturating_add(len),
            }
        }
        sums
    }
}

/// Gives each request in the picture its number.
#[derive(Default)]
pub(super) struct Tones {
    others: Vec<String>,
}

impl Tones {
    pub(super) fn of(&mut self, index: &Index<'_>, cast: &Cast, at: At) -> Tone {
        let value = index.value(at);
        let ours = index
            .value(cast.root)
            .or_else(|| index.value_inside(cast.lane));
        match value {
            Some(_) if value == ours => Tone::Ours,
            Some(value) => self.other(value),
            None if ours.is_none() && cast.is_ours(index.home(at).unwrap_or(at)) => Tone::Ours,
            None => Tone::Nobody,
        }
    }

    fn other(&mut self, value: &str) -> Tone {
        let known = self.others.iter().position(|other| other == value);
        Tone::Other(known.unwrap_or_else(|| {
            self.others.push(value.to_owned());
            self.others.len() - 1
        }))
    }
}

/// So much of what a lane polls is looked at, and shown.
const MOST_INNER: usize = 2_000;
const MOST_SHOWN: usize = 24;

pub(super) fn lane(index: &Index<'_>, cast: &Cast, tones: &mut Tones, node: &Node) -> Lane {
    let at = node.members[0];
    let task = index.task(at);
    let is_guest = !cast.is_ours(at);
    let from = node
        .members
        .iter()
        .map(|at| index.runs(*at).created)
        .min()
        .unwrap_or(0);
    let to = node
        .members
        .iter()
        .map(|at| index.runs(*at).end)
        .max()
        .unwrap_or(0);
    let members = node.members.iter();
    let segments = members.flat_map(|at| index.runs(*at).segments(cast.from, cast.to));
    let mut lane = Lane {
        at,
        id: match cast.is_first(index, at) {
            true => index.task(cast.root).id,
            false => task.id,
        },
        count: node.members.len(),
        name: cast.name(index, at),
        place: place(index, cast, at),
        depth: node.depth,
        parent: node.parent,
        is_guest,
        is_on_path: cast.on_path.contains(&at),
        from: from.clamp(cast.from, cast.to),
        to: to.clamp(cast.from, cast.to),
        begins_before: from < cast.from,
        goes_on: to > cast.to,
        tone: tones.of(index, cast, at),
        stretches: Vec::new(),
        segments: segments.collect(),
        inner: Vec::new(),
        waits: Vec::new(),
        cuts: cast.cuts(index, at),
    };
    if lane.count == 1 {
        lane.look_inside(index, cast, tones);
        lane.name_waits(index, cast);
    }
    lane
}

/// Where it was created, or what it is if its name is that of its request.
fn place(index: &Index<'_>, cast: &Cast, at: At) -> String {
    let task = index.task(at);
    let place = words::place_of(task);
    if cast.is_first(index, at) && at != cast.root {
        let (root, lane) = (words::place_of(index.task(cast.root)), index.name(at));
        return format!("{root} in {lane}({})", task.id);
    }
    match index.whose_is(at) {
        _ if cast.is_ours(at) => place,
        Some(_) => format!("{} · {place}", index.name(at)),
        None => format!("{place} · no context"),
    }
}

impl Cast {
    /// Whether the request begins in this lane, and not in one that it has caused.
    fn is_first(&self, index: &Index<'_>, lane: At) -> bool {
        lane == self.lane && index.home(self.root).unwrap_or(self.root) == lane
    }

    /// What a lane is called: others by their request.
    fn name(&self, index: &Index<'_>, lane: At) -> String {
        match index.whose_is(lane) {
            _ if self.is_first(index, lane) => index.name(self.root),
            Some(whose) if !self.is_ours(lane) => whose,
            _ => index.name(lane),
        }
    }
}

impl Index<'_> {
    /// `request=7001`, of what is carried in a lane.
    pub(super) fn whose_is(&self, lane: At) -> Option<String> {
        let is_key = |store: &&_| self.is_key(store);
        self.stores(lane).iter().find(is_key).map(words::store)
    }
}

impl Lane {
    fn look_inside(&mut self, index: &Index<'_>, cast: &Cast, tones: &mut Tones) {
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
    fn name_waits(&mut self, index: &Index<'_>, cast: &Cast) {
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
