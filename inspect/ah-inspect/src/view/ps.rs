//! A table of what is alive.

use super::{
    COLUMNS, MOST, Snapshot,
    alive::{at, doing, name},
    cut,
};
use crate::{json::Json, live::Row, text::span};

/// Returns a table of what is alive, the oldest ids first.
#[must_use]
pub fn ps() -> String {
    text(&Snapshot::take(), COLUMNS)
}

pub(super) fn text(snapshot: &Snapshot, columns: usize) -> String {
    if let Some(nothing) = snapshot.nothing() {
        return nothing;
    }
    let head = format!(
        "{:>7} {:>7} {:<8} {:>6} {:>6} {:>6}  {}\n",
        "ID", "CAUSE", "STATE", "AGE", "POLLS", "BUSY", "WHAT"
    );
    let mut out = head;
    for row in snapshot.rows.iter().take(MOST) {
        out += &cut(&line(snapshot, row), columns);
        out.push('\n');
    }
    out + &rest(snapshot)
}

fn line(snapshot: &Snapshot, row: &Row) -> String {
    format!(
        "{:>7} {:>7} {:<8} {:>6} {:>6} {:>6}  {} {} {}",
        row.id,
        row.trigger,
        doing(row),
        span(snapshot.ago(row.created)),
        row.polls,
        span(snapshot.busy(row)),
        name(row),
        at(row),
        snapshot.carried(row),
    )
}

/// What is not in the table.
fn rest(snapshot: &Snapshot) -> String {
    let more = snapshot.rows.len().saturating_sub(MOST);
    let more = if more > 0 {
        format!("and {more} more: `--json` has all\n")
    } else {
        String::new()
    };
    match snapshot.not_shown() {
        0 => more,
        lost => format!("{more}{lost} since the start found no place: raise `Settings::alive`\n"),
    }
}

pub(super) fn json(snapshot: &Snapshot) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.key("is_recording").flag(snapshot.kept.is_some());
        json.key("not_shown").number(snapshot.not_shown());
        json.key("alive").list(&snapshot.rows, |json, row| {
            json.object(|json| snapshot.json(row, json))
        });
    });
    json.finish()
}
