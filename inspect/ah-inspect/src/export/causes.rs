//! What is drawn below what: the tasks of a recording as trees.

use crate::{Recording, recording::Task};

/// Trees are no deeper: viewers recurse.
const MOST_DEEP: u32 = 100;

/// The parent of each task, by place in the recording. A file that somebody has altered may have causes in a circle: each has
/// a place where it is cut.
pub(super) struct Causes {
    parents: Vec<Option<usize>>,
}

impl Causes {
    /// A tracked future is below what it is polled in, if that is no executor; all else is below its cause.
    pub(super) fn with_polled_in(recording: &Recording) -> Self {
        let polled_in = |task: &Task| task.polled_in.filter(|_| task.is_promise);
        Self::new(recording, |task| polled_in(task).unwrap_or(task.trigger))
    }

    pub(super) fn new(recording: &Recording, above: impl Fn(&Task) -> u64) -> Self {
        let tasks = recording.tasks();
        let place = |id: u64| tasks.binary_search_by_key(&id, |task| task.id).ok();
        let mut causes = Self {
            parents: tasks.iter().map(|task| place(above(task))).collect(),
        };
        causes.cut();
        causes
    }

    /// Cuts circles, and what is too deep.
    fn cut(&mut self) {
        let mut depths = vec![None; self.parents.len()];
        let mut path = Vec::new();
        for from in 0..self.parents.len() {
            let mut at = Some(from);
            while let Some(here) = at.filter(|at| depths[*at].is_none()) {
                depths[here] = Some(0); // on the path: whoever meets it again goes in a circle
                path.push(here);
                at = self.parents[here];
            }
            let is_circle = at.is_some_and(|at| path.contains(&at));
            let mut above = at.filter(|_| !is_circle).and_then(|at| depths[at]);
            while let Some(here) = path.pop() {
                above = above.filter(|above| *above < MOST_DEEP);
                if above.is_none() {
                    self.parents[here] = None;
                }
                let depth = above.map_or(0, |above| above + 1);
                depths[here] = Some(depth);
                above = Some(depth);
            }
        }
    }

    pub(super) fn parent(&self, place: usize) -> Option<usize> {
        self.parents[place]
    }

    /// A task and what is above it, from the top.
    pub(super) fn chain(&self, place: usize) -> Vec<usize> {
        let above = std::iter::successors(Some(place), |at| self.parents[*at]);
        let mut chain: Vec<usize> = above.collect();
        chain.reverse();
        chain
    }
}
