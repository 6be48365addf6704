//! What the signs of the picture mean.

use std::fmt::Write as _;

use crate::river::{lane::Lane, picture::River, tone::Tone};

impl River {
    /// What the picture has in it, and nothing else.
    pub(super) fn write_legend(&self, out: &mut String) {
        let is_any = |is_it: &dyn Fn(&Lane) -> bool| self.lanes.iter().any(is_it);
        let has_others = |lane: &Lane| {
            let other = |tone: Tone| matches!(tone, Tone::Other(_));
            other(lane.tone) || lane.stretches.iter().any(|(.., tone)| other(*tone))
        };
        let entries = [
            (true, "kp", "polled (the number is the worker)"),
            (
                is_any(&|lane| lane.sums().ready > 0),
                "kr",
                "ready, not polled yet",
            ),
            (true, "kw", "waiting"),
            (true, "kc", "critical path: what the time went into"),
            (!self.wakes.is_empty(), "ka", "wakes"),
            (is_any(&has_others), "ko", "another request"),
            (
                is_any(&|lane| lane.tone == Tone::Nobody),
                "kn",
                "no context",
            ),
            (
                is_any(&|lane| lane.count > 1),
                "kf",
                "how many of them are polled, and ready",
            ),
            (is_any(&|lane| !lane.cuts.is_empty()), "kx", "context lost"),
        ];
        out.push_str("<ul class=legend>");
        for (_, class, words) in entries.iter().filter(|(is_there, ..)| *is_there) {
            let arrow = if *class == "ka" {
                "<i class=a></i>"
            } else {
                ""
            };
            let _ = write!(out, "<li><i class='k {class}'>{arrow}</i>{words}");
        }
        out.push_str("</ul>");
    }
}
