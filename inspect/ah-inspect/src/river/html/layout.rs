//! Where lanes are, from above, in pixels.

use std::fmt::Write as _;

use super::{Detail, Escaped};
use crate::river::{lane::Lane, picture::River};

pub(super) const AXIS: u64 = 24;
pub(super) const BAND: u64 = 20;
/// Between a lane and the next.
const GAP: u64 = 18;
/// Of a line of text below a lane.
pub(super) const ROW: u64 = 15;
const DIVIDER: u64 = 26;
/// More rows of what is in a lane are not shown.
const MOST_ROWS: usize = 3;
/// More cuts are in the cards only.
const MOST_CUTS: usize = 3;
/// In a picture of more lanes, only those on the path show what is in them.
const CROWDED: usize = 60;
/// The width in pixels that is there at least for the lanes: what is too narrow for its text there has none.
pub(super) const NARROWEST: f64 = 600.0;

pub(super) struct Layout<'a> {
    pub(super) river: &'a River,
    pub(super) detail: Detail,
    pub(super) rows: Vec<Row>,
    pub(super) height: u64,
}

/// A lane in the picture.
pub(super) struct Row {
    pub(super) lane: usize,
    pub(super) top: u64,
    pub(super) height: u64,
    /// Each of the rows below the band: the numbers of what is in it.
    pub(super) inner: Vec<Vec<usize>>,
    pub(super) cuts: usize,
}

impl<'a> Layout<'a> {
    pub(super) fn new(river: &'a River, detail: Detail) -> Self {
        let mut layout = Self {
            river,
            detail,
            rows: Vec::new(),
            height: AXIS,
        };
        for (number, lane) in river.lanes.iter().enumerate().take(detail.lanes) {
            if layout.is_first_guest(number) {
                layout.height += DIVIDER;
            }
            layout.push(number, lane);
        }
        layout
    }

    fn push(&mut self, number: usize, lane: &Lane) {
        let shows_inner =
            self.detail.titles && (lane.is_on_path || self.river.lanes.len() <= CROWDED);
        let inner = if shows_inner {
            self.inner_rows(lane)
        } else {
            Vec::new()
        };
        let cuts = lane.cuts.len().min(MOST_CUTS);
        let height = BAND + GAP + ROW * (inner.len() + cuts) as u64;
        self.rows.push(Row {
            lane: number,
            top: self.height,
            height,
            inner,
            cuts,
        });
        self.height += height;
    }

    pub(super) fn is_first_guest(&self, number: usize) -> bool {
        let lanes = &self.river.lanes;
        lanes[number].is_guest && number > 0 && !lanes[number - 1].is_guest
    }

    /// Which of the inner stretches is in which row below the band: those in one do not overlap.
    fn inner_rows(&self, lane: &Lane) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = Vec::new();
        for (number, inner) in lane.inner.iter().enumerate() {
            let width = self.width(inner.from, inner.to) * NARROWEST / 100.0;
            if width < 30.0 {
                continue;
            }
            let ends = |row: &Vec<usize>| row.last().map_or(0, |last| lane.inner[*last].to);
            match rows.iter().position(|row| ends(row) <= inner.from) {
                Some(row) => rows[row].push(number),
                None if rows.len() < MOST_ROWS => rows.push(vec![number]),
                None => (),
            }
        }
        rows
    }

    /// A time, in percent of the width.
    pub(super) fn x(&self, at: u64) -> f64 {
        let (from, to) = (self.river.from, self.river.to);
        100.0 * (at.clamp(from, to) - from) as f64 / (to - from).max(1) as f64
    }

    pub(super) fn width(&self, from: u64, to: u64) -> f64 {
        (self.x(to) - self.x(from)).max(0.0)
    }

    /// Whether so many characters fit, of so many pixels each.
    pub(super) fn fits(&self, (from, to): (u64, u64), characters: usize, pixels: f64) -> bool {
        self.width(from, to) * NARROWEST / 100.0 >= characters as f64 * pixels + 6.0
    }

    pub(super) fn row_of(&self, lane: usize) -> Option<&Row> {
        self.rows.get(lane)
    }

    pub(super) fn write(&self, out: &mut String) {
        let _ = write!(
            out,
            "<div class=p role=list aria-label='Lanes over time' style=height:{}px>",
            self.height + 6
        );
        self.write_axis(out);
        self.write_branches(out);
        for row in &self.rows {
            self.write_lane(out, row);
        }
        self.write_arrows(out);
        self.write_path(out);
        self.write_marks(out);
        out.push_str("</div>");
        let cut = self.river.lanes.len() - self.rows.len();
        for text in self.river.not_shown(cut) {
            let _ = write!(out, "<p class=more>{}</p>", Escaped(&text));
        }
    }

    fn write_axis(&self, out: &mut String) {
        let all = self.river.duration();
        let step = step(all);
        out.push_str("<div class='o axis' aria-hidden=true>");
        let mut at = 0;
        while at <= all && step > 0 {
            let x = self.x(self.river.from + at);
            let label = super::after(at).replace(".0 ", " ");
            let text = if x < 95.0 {
                format!("<b>{label}</b>")
            } else {
                String::new()
            };
            let _ = write!(out, "<i style=left:{x:.2}%>{text}</i>");
            at = match at.checked_add(step) {
                Some(next) => next,
                None => break,
            };
        }
        out.push_str("</div>");
    }
}

/// A round time, of which at most eight are in all.
fn step(all: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = unit.saturating_mul(factor);
            if all / step <= 7 {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}
