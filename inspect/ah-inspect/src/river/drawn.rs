//! The path and the wakes, between lanes of the picture.

use std::collections::{HashMap, HashSet};

use super::{
    cast::Cast,
    index::{At, Index},
    lane::Lane,
    parts,
    path::{Step, What},
};
use crate::recording::Recording;

/// A step of the critical path, as it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Its lane in the picture, if that is shown.
    pub(super) lane: Option<usize>,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) what: What,
    pub(super) label: String,
    pub(super) name: String,
}

/// A wake from one lane to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Arrow {
    pub(super) at: u64,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// So many arrows are drawn.
const MOST_ARROWS: usize = 300;

/// Where each lane is that is not folded.
fn numbers(lanes: &[Lane]) -> HashMap<At, usize> {
    let lanes = lanes.iter().enumerate().filter(|(_, lane)| lane.count == 1);
    lanes.map(|(number, lane)| (lane.at, number)).collect()
}

pub(super) fn drawn(index: &Index<'_>, cast: &Cast, lanes: &[Lane]) -> Vec<Drawn> {
    let numbers = numbers(lanes);
    let step = |step: &Step| {
        let is_ours = cast.is_ours(step.lane);
        Drawn {
            lane: numbers.get(&step.lane).copied(),
            from: step.from,
            to: step.to,
            what: step.what,
            label: parts::label(index, step, is_ours),
            name: index.name(step.lane),
        }
    };
    cast.path.iter().map(step).collect()
}

pub(super) fn arrows(index: &Index<'_>, cast: &Cast, lanes: &[Lane]) -> Vec<Arrow> {
    let (mut arrows, numbers) = (Vec::new(), numbers(lanes));
    for (to, lane) in lanes.iter().enumerate().filter(|(_, lane)| lane.count == 1) {
        let wakes = index.runs(lane.at).wakes();
        for wake in wakes
            .iter()
            .filter(|wake| (cast.from..=cast.to).contains(&wake.at))
        {
            let by = index
                .home_of_id(wake.by)
                .and_then(|by| numbers.get(&by).copied());
            let by = by.filter(|from| *from != to && !(lane.is_guest && lanes[*from].is_guest));
            arrows.extend(by.map(|from| Arrow {
                at: wake.at,
                from,
                to,
            }));
        }
    }
    arrows.sort_unstable();
    arrows.dedup();
    arrows.truncate(MOST_ARROWS);
    arrows
}

/// The threads that poll something in the picture, in the order of their numbers.
pub(super) fn threads(recording: &Recording, lanes: &[Lane]) -> Vec<(u32, String)> {
    let segments = lanes.iter().flat_map(|lane| &lane.segments);
    let threads: HashSet<u32> = segments
        .filter_map(super::timeline::Segment::thread)
        .collect();
    let mut threads: Vec<u32> = threads.into_iter().collect();
    threads.sort_unstable();
    let name = |thread: &u32| {
        recording
            .threads
            .get(*thread as usize)
            .map_or("?", |name| name)
    };
    threads
        .iter()
        .map(|thread| (*thread, crate::text::clean(name(thread), 40)))
        .collect()
}
