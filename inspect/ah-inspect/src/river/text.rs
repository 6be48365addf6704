//! The picture for a terminal.

use super::{
    lane::Lane,
    path::What,
    picture::River,
    timeline::{Doing, Segment},
};
use crate::text::{clean, cut, pad, span, wrap};

/// No text is narrower.
const NARROWEST: usize = 40;
/// A level of spawning, in columns.
const INDENT: usize = 2;
const DEEPEST: usize = 5;
/// No text has more lanes.
const MOST_LANES: usize = 120;

impl River {
    /// Returns the picture as text of so many columns, at least 40. There are no colours in it.
    #[must_use]
    pub fn text(&self, columns: usize) -> String {
        let columns = columns.max(NARROWEST);
        let page = Page {
            river: self,
            columns,
            left: (columns / 3).min(30),
        };
        page.lines().join("\n") + "\n"
    }
}

struct Page<'a> {
    river: &'a River,
    columns: usize,
    /// So wide are the names.
    left: usize,
}

impl Page<'_> {
    fn lines(&self) -> Vec<String> {
        let river = self.river;
        let mut lines = wrap(&river.headline(), self.columns, "");
        lines.extend(wrap(&river.about(), self.columns, ""));
        lines.push(String::new());
        lines.push(self.axis());
        let (shown, rest) = river.lanes.split_at(river.lanes.len().min(MOST_LANES));
        for (number, lane) in shown.iter().enumerate() {
            if lane.is_guest && number > 0 && !shown[number - 1].is_guest {
                lines.push("others, meanwhile".to_owned());
            }
            lines.push(self.lane(number, lane));
            lines.extend(lane.cuts.iter().map(|loss| {
                let text = format!("╳ context lost: {}", loss.sentence());
                format!("{}{}", " ".repeat(self.left), cut(&text, self.width()))
            }));
        }
        lines.extend(
            river
                .not_shown(rest.len())
                .map(|text| cut(&text, self.columns)),
        );
        lines.push(String::new());
        lines.extend(wrap(&self.legend(), self.columns, ""));
        for (lane, cut) in river.cuts() {
            lines.push(String::new());
            lines.extend(
                river
                    .report(lane, cut)
                    .iter()
                    .flat_map(|line| wrap(line, self.columns, "  ")),
            );
        }
        lines
    }

    fn width(&self) -> usize {
        self.columns - self.left
    }

    fn column(&self, at: u64) -> usize {
        let river = self.river;
        let all = u128::from(river.duration().max(1));
        let at = u128::from(at.clamp(river.from, river.to) - river.from);
        ((at * self.width() as u128 / all) as usize).min(self.width() - 1)
    }

    /// Times above the lanes, as many as there is room for.
    fn axis(&self) -> String {
        let ticks = (self.width() / 14).clamp(1, 5) as u64;
        let mut axis = vec![' '; self.width()];
        let mut free = self.width() + 2;
        for tick in (0..=ticks).rev() {
            let time = u128::from(self.river.duration()) * u128::from(tick) / u128::from(ticks);
            let text = match tick {
                0 => "0".to_owned(),
                _ => span(time as u64),
            };
            let len = text.chars().count();
            let at = (self.width() * tick as usize / ticks as usize).min(self.width() - len);
            if at + len + 2 > free {
                continue; // it would run into the next
            }
            free = at;
            for (cell, c) in axis[at..].iter_mut().zip(text.chars()) {
                *cell = c;
            }
        }
        " ".repeat(self.left) + &axis.into_iter().collect::<String>()
    }

    fn lane(&self, number: usize, lane: &Lane) -> String {
        let indent = " ".repeat(INDENT * lane.depth.min(DEEPEST));
        let branch = if lane.depth > 0 { "└ " } else { "" };
        let name = match lane.count {
            1 => format!("{indent}{branch}{}({})", lane.name, lane.id),
            count => format!("{indent}{branch}{count} × {}", lane.name),
        };
        let row = if lane.count == 1 {
            self.row(number, lane)
        } else {
            self.folded(lane)
        };
        pad(&clean(&name, self.left - 1), self.left) + &row
    }

    fn row(&self, number: usize, lane: &Lane) -> String {
        let mut row = vec![' '; self.width()];
        let mut fill = |from: u64, to: u64, glyph: char, over: &str| {
            for cell in &mut row[self.column(from)..=self.column(to.saturating_sub(1).max(from))] {
                if over.contains(*cell) {
                    *cell = glyph;
                }
            }
        };
        for segment in &lane.segments {
            match segment.doing {
                Doing::Waiting => fill(segment.from, segment.to, '─', " "),
                Doing::Ready => fill(segment.from, segment.to, '▒', " ─"),
                Doing::Polled { .. } => (),
            }
        }
        let path = self
            .river
            .path
            .iter()
            .filter(|step| step.lane == Some(number));
        for step in path.filter(|step| step.what == What::Waiting) {
            fill(step.from, step.to, '━', " ─");
        }
        for segment in lane
            .segments
            .iter()
            .filter(|segment| segment.thread().is_some())
        {
            fill(segment.from, segment.to, '█', " ─▒━");
        }
        for cut in &lane.cuts {
            fill(cut.at, cut.at, '╳', " ─▒━█");
        }
        row.into_iter().collect()
    }

    /// How many of those that look alike are polled: a level for each column.
    fn folded(&self, lane: &Lane) -> String {
        let (mut polled, mut alive) = (vec![0; self.width()], vec![false; self.width()]);
        for Segment { from, to, doing } in &lane.segments {
            for column in self.column(*from)..=self.column(to.saturating_sub(1).max(*from)) {
                alive[column] = true;
                polled[column] += usize::from(matches!(doing, Doing::Polled { .. }));
            }
        }
        let most = polled.iter().copied().max().unwrap_or(0).max(1);
        let level = |(polled, is_alive): (usize, bool)| match polled {
            0 if is_alive => '─',
            0 => ' ',
            polled => LEVELS[(polled * LEVELS.len()).div_ceil(most) - 1],
        };
        polled.into_iter().zip(alive).map(level).collect()
    }

    fn legend(&self) -> String {
        let folded = self.river.lanes.iter().any(|lane| lane.count > 1);
        let folded = if folded {
            "  ▁…█ how many of them are polled"
        } else {
            ""
        };
        format!(
            "█ polled  ▒ ready, not polled yet  ─ waiting  ━ waiting, on the critical path  ╳ context lost{folded}"
        )
    }
}

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
