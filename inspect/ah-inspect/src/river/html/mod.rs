//! The picture for a browser: one file, in which nothing is loaded and no script runs.
//!
//! Text is HTML in boxes that do not overlap, each a part of the width, and cut where its box ends; so it cannot overlap at
//! any width. Heights are fixed, so that what goes from one lane to another knows where it is.

mod bar;
mod detail;
mod escape;
mod lanes;
mod layout;
mod legend;
mod load;
mod over;
mod style;

use std::fmt::Write as _;

pub(crate) use self::{bar::write_shares, escape::Escaped, style::STYLE};
use self::{
    detail::{DETAILS, Detail},
    layout::Layout,
};
use super::{parts, path::What, picture::River};
use crate::text::span;

/// No file is longer, in bytes.
const LONGEST: usize = 190_000;

impl River {
    /// Returns the picture as one HTML file of less than 200 kB, which loads nothing and runs no script.
    ///
    /// Names and values are escaped. What does not fit is joined to what is beside it, or left out and counted.
    #[must_use]
    pub fn html(&self) -> String {
        let pages = DETAILS.iter().map(|detail| self.page(*detail));
        let mut last = String::new();
        for page in pages {
            last = page;
            if last.len() <= LONGEST {
                break;
            }
        }
        last
    }

    fn page(&self, detail: Detail) -> String {
        let mut out = String::with_capacity(1 << 16);
        self.write_head(&mut out);
        self.write_bar(&mut out);
        let layout = Layout::new(self, detail);
        layout.write(&mut out);
        self.write_losses(&mut out);
        self.write_legend(&mut out);
        self.write_steps(&mut out);
        out.push_str("</main></body></html>\n");
        out
    }

    fn write_head(&self, out: &mut String) {
        let title = self.whose.as_deref().unwrap_or(&self.name);
        let (title, took) = (Escaped(title), span(self.duration()));
        let _ = write!(
            out,
            "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'><meta name=color-scheme content='light dark'><title>{title}: {took}</title><style>{STYLE}</style></head><body><main>"
        );
        let parts = parts::sentence(&self.parts);
        let parts = Escaped(&parts);
        let loss = self
            .loss()
            .map_or_else(|| ".".to_owned(), |loss| format!("; <i>{loss}.</i>"));
        let _ = write!(
            out,
            "<h1><b>{}</b>: {parts}{loss}</h1><p class=about>",
            Escaped(&self.took())
        );
        for store in &self.stores {
            let _ = write!(out, "<span>{}</span>", Escaped(store));
        }
        let _ = write!(
            out,
            "<small>{}({}), created at {}",
            Escaped(&self.name),
            self.id,
            Escaped(&self.place)
        );
        if let Some((lane, longest)) = self.longest_poll() {
            let _ = write!(out, "; longest poll {} in {}", span(longest), Escaped(lane));
        }
        out.push_str("</small></p>");
    }

    fn longest_poll(&self) -> Option<(&str, u64)> {
        let ours = self.lanes.iter().filter(|lane| !lane.is_guest);
        let longest = ours.map(|lane| (lane.name.as_str(), lane.sums().longest));
        longest
            .max_by_key(|(_, longest)| *longest)
            .filter(|(_, longest)| *longest > 0)
    }

    /// Where the time went, as one bar.
    fn write_bar(&self, out: &mut String) {
        let _ = write!(
            out,
            "<div class=bar role=img aria-label='{}'>",
            Escaped(&self.headline())
        );
        write_shares(out, &parts::shares(&self.parts), true);
        out.push_str("</div>");
    }

    fn write_losses(&self, out: &mut String) {
        for (lane, cut) in self.cuts().take(MOST_CARDS) {
            let _ = write!(
                out,
                "<div class=card role=note><b>Context lost.</b> <code>{}</code> is unset where {}({}) reads it, at <code>{}</code>",
                Escaped(&cut.storage),
                Escaped(&lane.name),
                lane.id,
                Escaped(&cut.read_at)
            );
            if let Some(place) = &cut.set_at {
                let _ = write!(out, "; it was set at <code>{}</code>", Escaped(place));
            }
            if cut.times > 1 {
                let _ = write!(out, ", {} times", cut.times);
            }
            out.push('.');
            if let Some(fix) = &cut.fix {
                let _ = write!(out, "<p><b>Fix:</b> {}.</p>", escape::with_code(fix));
            }
            out.push_str("</div>");
        }
    }

    /// The path in words, for those who do not see it.
    fn write_steps(&self, out: &mut String) {
        let long = self.duration() / 200;
        let steps: Vec<_> = self
            .path
            .iter()
            .filter(|step| step.to - step.from > long)
            .collect();
        out.push_str("<details><summary>The critical path, step by step</summary><table><thead><tr><th>after<th>for<th>where<th>what</thead><tbody>");
        for step in steps.iter().take(MOST_STEPS) {
            let what = match step.what {
                What::Working => "worked",
                What::Ready => "was ready, but not polled",
                What::Waiting => "waited",
            };
            let _ = write!(
                out,
                "<tr><td>{}<td>{}<td>{}<td>{what}: {}",
                after(step.from - self.from),
                span(step.to - step.from),
                Escaped(&step.name),
                Escaped(&step.label)
            );
        }
        out.push_str("</tbody></table>");
        let short = self.path.len() - steps.len().min(MOST_STEPS);
        if short > 0 {
            let _ = write!(out, "<p>and {short} shorter steps</p>");
        }
        out.push_str("</details>");
    }
}

/// So many losses have a card.
const MOST_CARDS: usize = 20;
/// So many steps are listed.
const MOST_STEPS: usize = 60;

/// A time after the begin.
fn after(nanos: u64) -> String {
    if nanos == 0 {
        "0".to_owned()
    } else {
        span(nanos)
    }
}
