//! What caused what.

use super::{
    COLUMNS, MOST, Snapshot,
    alive::{at, doing, name, named},
    cut,
    shape::Forest,
};
use crate::json::Json;

/// Deeper than this, a tree is a line with a count.
const DEEPEST: usize = 16;

/// Returns what is alive as trees by cause. Those that look alike are one line with a count.
#[must_use]
pub fn pstree() -> String {
    text(&Snapshot::take(), COLUMNS)
}

/// A line that is to be written, with what is below it.
struct Todo {
    rows: Vec<usize>,
    lead: String,
    depth: usize,
    is_last: bool,
}

pub(super) fn text(snapshot: &Snapshot, columns: usize) -> String {
    if let Some(nothing) = snapshot.nothing() {
        return nothing;
    }
    let forest = Forest::of(snapshot);
    let mut out = format!("{} alive\n", snapshot.rows.len());
    let mut todo = below(&forest, 0, "", 0);
    let mut left = MOST;
    while let Some(line) = todo.pop() {
        if left == 0 {
            return out + "and more: `--json` has all\n";
        }
        left -= 1;
        out += &cut(&write(snapshot, &forest, &line), columns);
        out.push('\n');
        if line.depth < DEEPEST {
            let lead = format!("{}{}", line.lead, if line.is_last { "   " } else { "│  " });
            todo.extend(below(
                &forest,
                snapshot.rows[line.rows[0]].id,
                &lead,
                line.depth + 1,
            ));
        }
    }
    out
}

/// What is below something, the last first: as a stack.
fn below(forest: &Forest, cause: u64, lead: &str, depth: usize) -> Vec<Todo> {
    let groups = forest.groups(cause).into_iter().rev().enumerate();
    let todo = groups.map(|(from_the_end, rows)| Todo {
        rows,
        lead: lead.to_owned(),
        depth,
        is_last: from_the_end == 0,
    });
    todo.collect()
}

fn write(snapshot: &Snapshot, forest: &Forest, line: &Todo) -> String {
    let Todo {
        rows,
        lead,
        depth,
        is_last,
    } = line;
    let branch = if *is_last { "└─ " } else { "├─ " };
    let first = &snapshot.rows[rows[0]];
    let who = match rows[..] {
        [_] => named(first),
        [.., last] => format!(
            "{} × {}({}…{})",
            rows.len(),
            name(first),
            first.id,
            snapshot.rows[last].id
        ),
        [] => String::new(),
    };
    let more = forest.sizes[rows[0]] - 1;
    let more = if *depth == DEEPEST && more > 0 {
        format!("  … {more} below")
    } else {
        String::new()
    };
    let stores = if rows.len() == 1 {
        snapshot.carried(first)
    } else {
        String::new()
    };
    format!(
        "{lead}{branch}{who}{more}  {}  {}  {stores}",
        doing(first),
        at(first)
    )
}

/// Trees as lists: each with what it caused.
pub(super) fn json(snapshot: &Snapshot) -> String {
    let forest = Forest::of(snapshot);
    let mut json = Json::default();
    json.object(|json| {
        json.key("is_recording").flag(snapshot.kept.is_some());
        json.key("trees").list(forest.groups(0), |json, rows| {
            tree(snapshot, &forest, &rows, 0, json)
        });
    });
    json.finish()
}

fn tree(snapshot: &Snapshot, forest: &Forest, rows: &[usize], depth: usize, json: &mut Json) {
    let first = &snapshot.rows[rows[0]];
    json.object(|json| {
        json.key("count").number(rows.len() as u64);
        json.key("ids")
            .list(rows, |json, at| json.number(snapshot.rows[*at].id));
        json.key("first").object(|json| snapshot.json(first, json));
        json.key("below").number(forest.sizes[rows[0]] as u64 - 1);
        let groups = if depth < DEEPEST {
            forest.groups(first.id)
        } else {
            Vec::new()
        };
        json.key("caused").list(groups, |json, rows| {
            tree(snapshot, forest, &rows, depth + 1, json)
        });
    });
}
