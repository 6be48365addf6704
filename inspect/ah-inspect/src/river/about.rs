//! What is written beside the picture.

use super::{cut::Cut, lane::Lane, parts, picture::River};
use crate::text::span;

impl River {
    /// How long it took, and whether that is all.
    pub(super) fn took(&self) -> String {
        let so_far = if self.is_alive { " so far" } else { "" };
        let torn = if self.is_torn {
            ", its begin is not recorded"
        } else {
            ""
        };
        format!("{}{so_far}{torn}", span(self.duration()))
    }

    /// What the request carries, and its first thing.
    pub(super) fn about(&self) -> String {
        let stores = self.stores.join("  ");
        let gap = if stores.is_empty() { "" } else { "  " };
        format!(
            "{stores}{gap}{}({}), created at {}",
            self.name, self.id, self.place
        )
    }

    /// A loss in lines: what, where and what to write instead.
    pub(super) fn report(&self, lane: &Lane, cut: &Cut) -> Vec<String> {
        let times = if cut.times == 1 {
            "once".to_owned()
        } else {
            format!("{} times", cut.times)
        };
        let set_at = cut
            .set_at
            .as_ref()
            .map_or_else(String::new, |place| format!(", set at {place}"));
        let mut lines = vec![format!(
            "context lost: {} in {}({}), {times}{set_at}",
            cut.sentence(),
            lane.name,
            lane.id
        )];
        lines.extend(cut.fix.as_ref().map(|fix| format!("fix: {fix}")));
        lines
    }

    /// What is not in the picture.
    pub(super) fn not_shown(&self, lanes: usize) -> impl Iterator<Item = String> {
        let text =
            |count: usize, what: &str| (count > 0).then(|| format!("and {count} more {what}"));
        let older = format!("older events that were overwritten: {}", self.overwritten);
        let older = (self.is_torn && self.overwritten > 0).then_some(older);
        [
            text(self.hidden + lanes, "lanes"),
            text(self.more_guests, "lanes of others"),
            older,
        ]
        .into_iter()
        .flatten()
    }

    pub(super) fn loss(&self) -> Option<String> {
        parts::lost(self.losses())
    }
}
