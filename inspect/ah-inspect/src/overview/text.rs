//! The list for a terminal.

use super::list::{Overview, Request};
use crate::text::{clean, cut, pad, span, wrap};

/// No text is narrower.
const NARROWEST: usize = 40;
/// The widest name of a request.
const WHOSE: usize = 24;
const BAR: usize = 12;
/// No text has more lines.
const MOST: usize = 200;

impl Overview {
    /// Returns the list as text of so many columns, at least 40: a line for each request.
    #[must_use]
    pub fn text(&self, columns: usize) -> String {
        let columns = columns.max(NARROWEST);
        if self.requests.is_empty() {
            let why = "no request is recorded: a request is what carries a value of a storage that is `.shown()`";
            return wrap(why, columns, "").join("\n") + "\n";
        }
        let whose = self
            .requests
            .iter()
            .map(|request| crate::text::width(&request.whose));
        let whose = whose.max().unwrap_or(0).clamp(7, WHOSE.min(columns / 3));
        let head = format!(
            "{:>7} {:>8}  {} {:>4}  WHERE THE TIME WENT",
            "ID",
            "TIME",
            pad("REQUEST", whose),
            "LOST"
        );
        let slowest = self.requests[0].duration.max(1);
        let shown = self.requests.iter().take(MOST);
        let lines = shown.map(|request| request.line(whose, slowest));
        let lines = std::iter::once(head).chain(lines).chain(self.rest());
        lines
            .map(|line| cut(line.trim_end(), columns) + "\n")
            .collect()
    }

    fn rest(&self) -> Option<String> {
        let rest = self.requests.len().saturating_sub(MOST) + self.more;
        (rest > 0).then(|| format!("and {rest} more, which are faster"))
    }
}

impl Request {
    fn line(&self, whose: usize, slowest: u64) -> String {
        let time = span(self.duration) + if self.is_alive { "+" } else { "" };
        let bar = (u128::from(self.duration) * BAR as u128 / u128::from(slowest)) as usize;
        let lost = if self.losses > 0 {
            self.losses.to_string()
        } else {
            "-".to_owned()
        };
        let bar = pad(&"█".repeat(bar), BAR);
        format!(
            "{:>7} {time:>8}  {} {lost:>4}  {bar} {}",
            self.id,
            pad(&clean(&self.whose, WHOSE), whose),
            self.sentence()
        )
    }
}
