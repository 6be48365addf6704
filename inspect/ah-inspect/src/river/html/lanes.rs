//! Lanes in markup.

use std::fmt::Write as _;

use super::{
    Escaped,
    layout::{BAND, Layout, ROW, Row},
};
use crate::{
    river::{
        lane::Lane,
        timeline::{Doing, Segment},
        tone::Tone,
    },
    text::span,
};

/// So many colours of other requests there are.
const OTHERS: usize = 4;

impl Layout<'_> {
    pub(super) fn write_lane(&self, out: &mut String, row: &Row) {
        let lane = &self.river.lanes[row.lane];
        if self.is_first_guest(row.lane) {
            let _ = write!(
                out,
                "<p class=d style=top:{}px>others, meanwhile</p>",
                row.top - 22
            );
        }
        let kind = if lane.is_guest { " g" } else { "" };
        let _ = write!(
            out,
            "<div class='l{kind} {}' role=listitem tabindex=0 style=top:{}px;height:{}px",
            tone(lane.tone),
            row.top,
            row.height
        );
        match self.detail.tips {
            true => out.push('>'),
            false => drop(write!(
                out,
                " aria-label='{} {}'>",
                Escaped(&lane.name),
                lane.id
            )),
        }
        self.write_name(out, lane);
        out.push_str("<div class=t>");
        self.write_band(out, lane);
        self.write_inner(out, row, lane);
        self.write_cuts(out, row, lane);
        out.push_str("</div>");
        if self.detail.tips {
            let _ = write!(out, "<p class=tip>{}</p>", Escaped(&self.tip(lane)));
        }
        out.push_str("</div>");
    }

    fn write_name(&self, out: &mut String, lane: &Lane) {
        let indent = 14 * lane.depth.min(5);
        let indent = if indent > 0 {
            format!(" style=padding-left:{indent}px")
        } else {
            String::new()
        };
        let _ = match lane.count {
            1 => write!(
                out,
                "<div class=n{indent}><b>{}</b><small>{} · {}</small></div>",
                Escaped(&lane.name),
                lane.id,
                Escaped(&lane.place)
            ),
            count => write!(
                out,
                "<div class=n{indent}><b>{count} × {}</b><small>{}</small></div>",
                Escaped(&lane.name),
                Escaped(&lane.place)
            ),
        };
    }

    /// What a lane is, in words.
    fn tip(&self, lane: &Lane) -> String {
        let sums = lane.sums();
        let who = match lane.count {
            1 => format!("{}({}) · {}", lane.name, lane.id, lane.place),
            count => format!("{count} × {} · {}", lane.name, lane.place),
        };
        let polled = format!(
            "polled {} × for {}, longest {}",
            sums.polls,
            span(sums.polled),
            span(sums.longest)
        );
        let after = format!(
            "from {} to {}",
            super::after(lane.from - self.river.from),
            span(lane.to - self.river.from)
        );
        let path = if lane.is_on_path {
            "; on the critical path"
        } else {
            ""
        };
        let lost = if lane.cuts.is_empty() {
            ""
        } else {
            "; its context is lost"
        };
        format!(
            "{who}: {after}; {polled}; ready {}; waiting {}{path}{lost}",
            span(sums.ready),
            span(sums.waiting)
        )
    }

    fn write_band(&self, out: &mut String, lane: &Lane) {
        let (x, width) = (self.x(lane.from), self.width(lane.from, lane.to));
        let open = [(lane.begins_before, " ol"), (lane.goes_on, " or")];
        let open: String = open
            .iter()
            .filter(|(is_open, _)| *is_open)
            .map(|(_, class)| *class)
            .collect();
        let _ = write!(out, "<i class='w{open}' style={}></i>", at(x, width));
        let most = (MOST_STRETCHES / self.detail.finest) as usize;
        for (from, to, other) in lane.stretches.iter().take(most) {
            let _ = write!(
                out,
                "<i class='w {}' style={}></i>",
                tone(*other),
                at(self.x(*from), self.width(*from, *to))
            );
        }
        match lane.count {
            1 => self.write_segments(out, lane),
            _ => self.write_load(out, lane),
        }
        for wait in &lane.waits {
            let text = format!("{} · {}", wait.label, span(wait.to - wait.from));
            let (x, width) = (self.x(wait.from), self.width(wait.from, wait.to));
            let fits = self.fits((wait.from, wait.to), text.chars().count().min(12), 6.0);
            if fits && self.detail.titles {
                let _ = write!(
                    out,
                    "<em style={} title='{1}'>{1}</em>",
                    at(x, width),
                    Escaped(&text)
                );
            }
        }
    }

    fn write_segments(&self, out: &mut String, lane: &Lane) {
        for segment in self.joined(lane) {
            let (x, width) = (self.x(segment.from), self.width(segment.from, segment.to));
            let time = span(segment.len());
            let tone = lane.tone_at(segment.from).map_or("", tone);
            let (class, title, text) = match segment.doing {
                Doing::Waiting => continue,
                Doing::Ready => ("r", format!("ready for {time}"), String::new()),
                Doing::Polled { thread } => {
                    let worker = self.river.worker(thread);
                    let text = format!("{worker}");
                    let fits = self.fits((segment.from, segment.to), text.len(), 7.0);
                    let text = if fits {
                        format!("<b>{text}</b>")
                    } else {
                        String::new()
                    };
                    ("s", format!("polled for {time} on worker {worker}"), text)
                }
            };
            let title = if self.detail.titles {
                format!(" title='{title}'")
            } else {
                String::new()
            };
            let class = if tone.is_empty() {
                class.to_owned()
            } else {
                format!("'{class} {tone}'")
            };
            let _ = write!(
                out,
                "<i class={class} style={}{title}>{text}</i>",
                at(x, width)
            );
        }
    }

    /// Segments, those that are too short to be seen alone joined to what is beside them.
    fn joined(&self, lane: &Lane) -> Vec<Segment> {
        let finest = self.river.duration() / 1000 * self.detail.finest;
        let mut joined: Vec<Segment> = Vec::new();
        for segment in lane
            .segments
            .iter()
            .filter(|segment| segment.doing != Doing::Waiting)
        {
            let last = joined.last_mut();
            let is_near = |last: &Segment| segment.from - last.to <= finest;
            let is_tiny = |last: &Segment| segment.len().max(last.len()) <= finest;
            match last.filter(|last| is_near(last) && (last.is_like(segment) || is_tiny(last))) {
                Some(last) => {
                    if segment.len() > last.len() {
                        last.doing = segment.doing;
                    }
                    last.to = segment.to;
                }
                None => joined.push(*segment),
            }
        }
        joined
    }

    fn write_inner(&self, out: &mut String, row: &Row, lane: &Lane) {
        for (number, line) in row.inner.iter().enumerate() {
            let top = BAND + 8 + ROW * number as u64;
            for inner in line.iter().map(|inner| &lane.inner[*inner]) {
                let (x, width) = (self.x(inner.from), self.width(inner.from, inner.to));
                let class = if inner.is_polled { "u" } else { "u v" };
                let name = Escaped(&inner.name);
                let time = span(inner.to - inner.from);
                let _ = write!(
                    out,
                    "<span class='{class}' style=top:{top}px;{} title='{name}: {time}'>{name}</span>",
                    at(x, width)
                );
            }
        }
    }

    fn write_cuts(&self, out: &mut String, row: &Row, lane: &Lane) {
        for (number, cut) in lane.cuts.iter().take(row.cuts).enumerate() {
            let top = BAND + 7 + ROW * (row.inner.len() + number) as u64;
            let x = self.x(cut.at);
            let side = if x > 55.0 {
                format!(
                    "right:{:.2}%;left:0;text-align:right",
                    (100.0 - x - 1.0).max(0.0)
                )
            } else {
                format!("left:{x:.2}%;right:0")
            };
            let text = format!("context lost: {}", cut.sentence());
            let _ = write!(
                out,
                "<span class=x style=top:{top}px;{side} title='{0}'>{0}</span>",
                Escaped(&text)
            );
        }
    }
}

/// So many stretches in another context are shown, where all is.
const MOST_STRETCHES: u64 = 400;

/// A place and a width, in percent.
pub(super) fn at(x: f64, width: f64) -> String {
    format!("left:{x:.2}%;width:{width:.2}%")
}

pub(super) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Ours => "c",
        Tone::Nobody => "cn",
        Tone::Other(number) => ["c1", "c2", "c3", "c4"][number % OTHERS],
    }
}

impl Lane {
    /// The colour of a time, if it is another than the lane's.
    fn tone_at(&self, at: u64) -> Option<Tone> {
        let mut stretches = self.stretches.iter().rev();
        stretches
            .find(|(from, to, _)| (*from..*to).contains(&at))
            .map(|(_, _, tone)| *tone)
    }
}
