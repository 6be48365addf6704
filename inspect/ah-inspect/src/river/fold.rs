//! The lanes in order, each below the one that created it; those that look alike are one.

use std::collections::HashMap;

use super::{
    cast::Cast,
    index::{At, Index},
    words,
};

/// So many that look alike are folded.
const ALIKE: usize = 4;
/// In a picture of more lanes than these, so many are.
const MANY: usize = 40;
const ALIKE_OF_MANY: usize = 2;
/// Of more lanes than these side by side, those on the path come first.
const CROWD: usize = 8;
/// No picture has more lanes.
const MOST: usize = 500;

pub(super) struct Node {
    pub(super) members: Vec<At>,
    pub(super) depth: usize,
    /// The number of another node.
    pub(super) parent: Option<usize>,
}

/// The nodes of a picture, and how many lanes are in none.
pub(super) fn nodes(index: &Index<'_>, cast: &Cast) -> (Vec<Node>, usize) {
    let root = |at: &At| Node {
        members: vec![*at],
        depth: 0,
        parent: None,
    };
    let mut nodes = Vec::new();
    let mut left: Vec<Node> = cast.roots.iter().rev().map(root).collect();
    while let Some(node) = left.pop() {
        if nodes.len() >= MOST {
            break;
        }
        let mut children = groups(index, cast, &node, nodes.len());
        children.reverse();
        left.extend(children);
        nodes.push(node);
    }
    let shown: usize = nodes.iter().map(|node| node.members.len()).sum();
    let hidden = cast.ours.len().saturating_sub(shown);
    let guest = |at: &At| Node {
        members: vec![*at],
        depth: 0,
        parent: None,
    };
    nodes.extend(cast.guests.iter().map(guest));
    (nodes, hidden)
}

/// The children of a node, in order, those that look alike together.
fn groups(index: &Index<'_>, cast: &Cast, node: &Node, number: usize) -> Vec<Node> {
    let children = node.members.iter().flat_map(|at| index.lanes_of(*at));
    let mut children: Vec<At> = children
        .copied()
        .filter(|at| cast.is_ours(*at) && !cast.roots.contains(at))
        .collect();
    children.sort_by_key(|at| index.task(*at).created);
    let mut groups: Vec<Vec<At>> = Vec::new();
    let mut known: HashMap<(String, String, Option<String>), usize> = HashMap::new();
    for at in children {
        if is_special(index, cast, at) {
            groups.push(vec![at]);
            continue;
        }
        let looks = (
            index.name(at),
            words::place_of(index.task(at)),
            index.whose_is(at),
        );
        match known.get(&looks) {
            Some(group) => groups[*group].push(at),
            None => {
                known.insert(looks, groups.len());
                groups.push(vec![at]);
            }
        }
    }
    let alike = if cast.ours.len() > MANY {
        ALIKE_OF_MANY
    } else {
        ALIKE
    };
    let unfolded = groups
        .into_iter()
        .flat_map(|group| match group.len() >= alike {
            true => vec![group],
            false => group.into_iter().map(|at| vec![at]).collect(),
        });
    let node = |members| Node {
        members,
        depth: node.depth + 1,
        parent: Some(number),
    };
    let mut nodes: Vec<Node> = unfolded.map(node).collect();
    let is_crowd = nodes.len() > CROWD;
    nodes.sort_by_key(|node| {
        let first = node.members[0];
        let is_late = is_crowd && !cast.on_path.contains(&first);
        (is_late, index.task(first).created)
    });
    nodes
}

/// What the eye looks for is a lane of its own.
fn is_special(index: &Index<'_>, cast: &Cast, at: At) -> bool {
    cast.on_path.contains(&at) || !cast.cuts(index, at).is_empty()
}
