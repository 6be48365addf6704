//! What goes from one lane to another: who spawned whom, wakes, the critical path, and cuts.

use std::fmt::Write as _;

use super::{
    Escaped,
    lanes::tone,
    layout::{BAND, Layout},
};

/// In a picture of more lanes, what leads to each is thin.
const CROWD: usize = 24;
/// Where the path is, below the top of a lane.
const PATH: u64 = BAND + 3;

impl Layout<'_> {
    pub(super) fn write_branches(&self, out: &mut String) {
        let kind = if self.rows.len() > CROWD { "b z" } else { "b" };
        out.push_str("<div class=o aria-hidden=true>");
        for row in &self.rows {
            let lane = &self.river.lanes[row.lane];
            let parent = lane.parent.and_then(|parent| self.row_of(parent));
            if let Some(parent) = parent.filter(|_| !lane.is_guest) {
                let (top, bottom) = (parent.top + BAND, row.top + BAND);
                let _ = write!(
                    out,
                    "<i class='{kind} {}' style=left:{:.2}%;top:{top}px;height:{}px></i>",
                    tone(lane.tone),
                    self.x(lane.from),
                    bottom.saturating_sub(top)
                );
            }
        }
        out.push_str("</div>");
    }

    pub(super) fn write_arrows(&self, out: &mut String) {
        out.push_str("<div class=o aria-hidden=true>");
        for arrow in &self.river.wakes {
            let (Some(from), Some(to)) = (self.row_of(arrow.from), self.row_of(arrow.to)) else {
                continue;
            };
            let is_up = from.top > to.top;
            let (top, bottom) = if is_up {
                (to.top + BAND, from.top)
            } else {
                (from.top + BAND, to.top)
            };
            let class = if is_up { "a" } else { "'a e'" };
            let _ = write!(
                out,
                "<i class={class} style=left:{:.2}%;top:{top}px;height:{}px></i>",
                self.x(arrow.at),
                bottom.saturating_sub(top)
            );
        }
        out.push_str("</div>");
    }

    /// The path, as one line through all lanes.
    pub(super) fn write_path(&self, out: &mut String) {
        let words = format!("Critical path: {}", self.river.headline());
        let _ = write!(
            out,
            "<svg class=o viewBox='0 0 1000 {0}' style=height:{0}px preserveAspectRatio=none role=img aria-label='{1}'><path class=c d='",
            self.height,
            Escaped(&words)
        );
        let finest = 0.3 * self.detail.finest as f64;
        let mut last = None;
        for step in &self.river.path {
            let Some(row) = step.lane.and_then(|lane| self.row_of(lane)) else {
                continue;
            };
            let (from, to, y) = (
                10.0 * self.x(step.from),
                10.0 * self.x(step.to),
                row.top + PATH,
            );
            let _ = match last {
                None => write!(out, "M{from:.1} {y}H{to:.1}"),
                Some((end, _)) if to - end < finest => continue, // the next one goes on from there
                Some((_, same)) if same == y => write!(out, "H{to:.1}"),
                Some((end, _)) => write!(out, "L{end:.1} {y}H{to:.1}"),
            };
            last = Some((to, y));
        }
        let end = if last.is_some() { "H1000" } else { "M0 0" };
        out.push_str(end);
        out.push_str("'/></svg>");
    }

    pub(super) fn write_marks(&self, out: &mut String) {
        out.push_str("<div class=o aria-hidden=true>");
        for row in &self.rows {
            for cut in self.river.lanes[row.lane].cuts.iter().take(row.cuts) {
                let _ = write!(
                    out,
                    "<i class=m style=left:{:.2}%;top:{}px>×</i>",
                    self.x(cut.at),
                    row.top
                );
            }
        }
        out.push_str("</div>");
    }
}
