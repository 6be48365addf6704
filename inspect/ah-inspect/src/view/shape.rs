//! Which trees look alike: type, state and place of each thing and of all that it caused.
//!
//! Shapes are numbered from the leaves up (hash consing), so that two are compared by a number; nothing recurses with the
//! depth of a tree.

use std::collections::HashMap;

use super::{
    Snapshot,
    alive::{by_cause, doing},
};

#[derive(PartialEq, Eq, Hash)]
struct Shape {
    ty: u16,
    place: u32,
    doing: &'static str,
    below: Vec<u32>,
}

pub(super) struct Forest {
    /// The places of rows, by what caused them; 0 for the roots.
    children: HashMap<u64, Vec<usize>>,
    /// The shape of each row.
    shapes: Vec<u32>,
    /// How many rows there are below each, itself included.
    pub(super) sizes: Vec<usize>,
}

impl Forest {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut forest = Self {
            children: by_cause(snapshot),
            shapes: vec![0; snapshot.rows.len()],
            sizes: vec![1; snapshot.rows.len()],
        };
        let order = forest.roots_first(snapshot);
        let mut known: HashMap<Shape, u32> = HashMap::new();
        for at in order.into_iter().rev() {
            let row = &snapshot.rows[at];
            let below = forest.below(row.id);
            let size = below.iter().map(|at| forest.sizes[*at]).sum::<usize>();
            let mut below: Vec<u32> = below.iter().map(|at| forest.shapes[*at]).collect();
            below.sort_unstable();
            below.dedup(); // many of a kind look like one
            let shape = Shape {
                ty: row.names.ty(),
                place: row.names.place(),
                doing: doing(row),
                below,
            };
            let next = known.len() as u32;
            forest.shapes[at] = *known.entry(shape).or_insert(next);
            forest.sizes[at] = size + 1;
        }
        forest
    }

    /// All rows, each after what caused it. Triggers can be made up: what causes itself by a detour becomes a root.
    fn roots_first(&mut self, snapshot: &Snapshot) -> Vec<usize> {
        let mut order = Vec::with_capacity(snapshot.rows.len());
        let mut is_seen = vec![false; snapshot.rows.len()];
        self.follow(snapshot, 0, &mut order, &mut is_seen);
        for at in 0..snapshot.rows.len() {
            if !is_seen[at] {
                let siblings = self.children.entry(snapshot.rows[at].trigger).or_default();
                siblings.retain(|other| *other != at);
                self.children.entry(0).or_default().push(at);
                is_seen[at] = true;
                order.push(at);
                self.follow(snapshot, snapshot.rows[at].id, &mut order, &mut is_seen);
            }
        }
        order
    }

    fn follow(&self, snapshot: &Snapshot, from: u64, order: &mut Vec<usize>, is_seen: &mut [bool]) {
        let mut next = vec![from];
        while let Some(cause) = next.pop() {
            for at in self.below(cause) {
                if !std::mem::replace(&mut is_seen[*at], true) {
                    order.push(*at);
                    next.push(snapshot.rows[*at].id);
                }
            }
        }
    }

    fn below(&self, cause: u64) -> &[usize] {
        self.children.get(&cause).map_or(&[], Vec::as_slice)
    }

    /// What something caused, those that look alike together, in order of their first.
    pub(super) fn groups(&self, cause: u64) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known: HashMap<u32, usize> = HashMap::new();
        for at in self.below(cause) {
            let group = *known.entry(self.shapes[*at]).or_insert(groups.len());
            match groups.get_mut(group) {
                Some(group) => group.push(*at),
                None => groups.push(vec![*at]),
            }
        }
        groups
    }
}
