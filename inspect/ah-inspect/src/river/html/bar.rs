//! Where the time went, as one bar.

use std::fmt::Write as _;

use super::Escaped;
use crate::{
    river::parts::{Share, Spent},
    text::span,
};

/// The parts of a bar, with words where there is room.
pub(crate) fn write_shares(out: &mut String, shares: &[Share], has_words: bool) {
    for share in shares {
        let (percent, label) = (share.percent, Escaped(&share.label));
        let fits = f64::from(percent) * 8.0 > 20.0 + 7.0 * share.label.chars().count() as f64;
        let words = has_words && (fits || percent > 14);
        let words = if words {
            format!("<em>{label}</em>")
        } else {
            String::new()
        };
        let (class, time) = (class(share.spent), span(share.nanos));
        let _ = write!(
            out,
            "<i class={class} style=flex:{percent} title='{percent} % {label}: {time}'>{words}</i>"
        );
    }
}

fn class(spent: Option<Spent>) -> &'static str {
    match spent {
        Some(Spent::Working) => "sw",
        Some(Spent::Ready) => "sr",
        Some(Spent::Waiting) => "si",
        Some(Spent::Others) => "so",
        None => "sx",
    }
}
