//! A folded lane.

use std::fmt::Write as _;

use super::layout::{BAND, Layout};
use crate::river::{
    lane::Lane,
    timeline::{Doing, Segment},
};

/// So many columns has the picture of a folded lane.
const COLUMNS: usize = 240;

impl Layout<'_> {
    /// How many of a folded lane are polled, and how many are ready, as the height of what is drawn.
    pub(super) fn write_load(&self, out: &mut String, lane: &Lane) {
        let mut polled = vec![0.0; COLUMNS];
        let mut ready = vec![0.0; COLUMNS];
        for segment in &lane.segments {
            let counts = match segment.doing {
                Doing::Polled { .. } => &mut polled,
                Doing::Ready => &mut ready,
                Doing::Waiting => continue,
            };
            self.count(counts, segment);
        }
        let _ = write!(
            out,
            "<svg class=h viewBox='0 0 {COLUMNS} {BAND}' preserveAspectRatio=none aria-hidden=true>"
        );
        let count = lane.count as f64;
        let both: Vec<f64> = polled
            .iter()
            .zip(&ready)
            .map(|(polled, ready)| polled + ready)
            .collect();
        for (class, values) in [("hr", &both), ("hp", &polled)] {
            let _ = write!(out, "<path class={class} d='M0 {BAND}");
            let mut last = f64::NAN;
            for (column, value) in values.iter().enumerate() {
                let y = BAND as f64 * (1.0 - (value / count).sqrt().min(1.0));
                if (y - last).abs() > 0.05 || last.is_nan() {
                    let _ = write!(out, "H{column}V{y:.1}");
                    last = y;
                }
            }
            let _ = write!(out, "H{COLUMNS}V{BAND}z'/>");
        }
        out.push_str("</svg>");
    }

    /// Adds to each column which part of it a segment takes.
    fn count(&self, counts: &mut [f64], segment: &Segment) {
        let scale = COLUMNS as f64 / 100.0;
        let (from, to) = (self.x(segment.from) * scale, self.x(segment.to) * scale);
        let last = (to.floor() as usize).min(COLUMNS - 1);
        for (column, count) in counts
            .iter_mut()
            .enumerate()
            .take(last + 1)
            .skip(from.floor() as usize)
        {
            let (begin, end) = (column as f64, column as f64 + 1.0);
            *count += (to.min(end) - from.max(begin)).max(0.0);
        }
    }
}
