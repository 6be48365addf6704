//! One lane of the picture.

use super::{
    cast::Cast,
    cut::Cut,
    fold::Node,
    index::{At, Index},
    timeline::{Doing, Segment},
    tone::{Tone, Tones},
    words,
};

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
    pub(super) fn name(&self, index: &Index<'_>, lane: At) -> String {
        match index.whose_is(lane) {
            _ if self.is_first(index, lane) => index.name(self.root),
            Some(whose) if !self.is_ours(lane) => whose,
            _ => index.name(lane),
        }
    }
}
