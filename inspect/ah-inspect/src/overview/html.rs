//! The list for a browser.

use std::fmt::Write as _;

use super::list::{Overview, Request};
use crate::{
    recording::Recording,
    river::{Escaped, Index, River, STYLE, shares, write_shares},
    text::span,
};

/// No page has more lines.
const MOST: usize = 300;

impl Overview {
    /// Returns the list as one HTML file, which loads nothing and runs no script. Each request links to its river, a file
    /// beside it: `river-ID.html`.
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = format!(
            "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>\
             <meta name=color-scheme content='light dark'><title>Requests</title><style>{STYLE}{TABLE}</style></head><body><main>"
        );
        self.write_head(&mut out);
        let slowest = self
            .requests
            .first()
            .map_or(1, |request| request.duration.max(1));
        if !self.requests.is_empty() {
            out.push_str("<table class=top><thead><tr><th>request<th class=num>time<th class=tb>where it went<th><th>context</thead><tbody>");
        }
        for request in self.linked() {
            request.write(&mut out, slowest);
        }
        if !self.requests.is_empty() {
            out.push_str("</tbody></table>");
        }
        out.push_str(LEGEND);
        out.push_str("</main></body></html>\n");
        out
    }

    fn linked(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().take(MOST)
    }

    /// Returns the rivers that the page links to, of the recording that the overview is of. Their [`River::id`] is in the names
    /// of their files.
    pub fn rivers<'a>(&'a self, recording: &'a Recording) -> impl Iterator<Item = River> + use<'a> {
        let index = Index::new(recording, self.key);
        self.linked()
            .filter_map(move |request| index.river(request.id))
    }

    fn write_head(&self, out: &mut String) {
        let count = self.requests.len() + self.more;
        let lost = self
            .requests
            .iter()
            .filter(|request| request.losses > 0)
            .count();
        let slowest = self.requests.first().map_or(0, |request| request.duration);
        let _ = match count {
            0 => write!(
                out,
                "<h1>No request is recorded.</h1><p>A request is what carries a value of a storage that is <code>.shown()</code>.</p>"
            ),
            _ => write!(
                out,
                "<h1><b>{count} requests</b>, the slowest took {}",
                span(slowest)
            ),
        };
        if lost > 0 {
            let _ = write!(out, "; <i>{lost} lost their context.</i>");
        }
        if count > 0 {
            out.push_str("</h1>");
        }
        let rest = self.requests.len().saturating_sub(MOST) + self.more;
        if rest > 0 {
            let _ = write!(
                out,
                "<p class=about><small>The {MOST} slowest are shown; {rest} more were faster.</small></p>"
            );
        }
    }
}

impl Request {
    fn write(&self, out: &mut String, slowest: u64) {
        let time = span(self.duration);
        let so_far = if self.is_alive { " so far" } else { "" };
        let _ = write!(
            out,
            "<tr><td><a href='river-{0}.html'>{1}</a><small>{2}({0})</small><td class=num>{time}{so_far}<td class=tb>",
            self.id,
            Escaped(&self.whose),
            Escaped(&self.name),
        );
        let width = 100.0 * self.duration as f64 / slowest as f64;
        let _ = write!(
            out,
            "<div class=bar role=img aria-label='{}' style=width:{:.2}%>",
            Escaped(&self.sentence()),
            width.max(0.5)
        );
        write_shares(out, &shares(&self.parts), false);
        let lost = match self.losses {
            0 => "kept".to_owned(),
            1 => "<i>lost once</i>".to_owned(),
            times => format!("<i>lost {times} times</i>"),
        };
        let _ = write!(
            out,
            "</div><td>{}<td class=lost>{lost}",
            Escaped(&self.sentence())
        );
    }
}

const TABLE: &str = "\
.top{width:100%}.top td,.top th{padding:5px 14px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}.top th{color:var(--soft);font-size:12px}.top a{color:var(--blue);font-weight:600;text-decoration:none}.top a:hover,.top a:focus-visible{text-decoration:underline}.top small{display:block;color:var(--soft);font-size:11px}.top .num{text-align:right;white-space:nowrap}.top .tb{width:34%}.top td:first-child{min-width:150px}.top .bar{height:16px;margin:2px 0;gap:1px}.top .bar i{min-width:1px}.lost{white-space:nowrap;color:var(--soft)}.lost i{font-style:normal;font-weight:600;color:var(--red)}
";

const LEGEND: &str = "<ul class=legend><li><i class='k sw'></i>working<li><i class='k sr'></i>ready, not polled yet<li><i class='k si'></i>waiting<li><i class='k so'></i>waiting for others</ul>";
