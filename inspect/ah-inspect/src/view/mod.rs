//! What is alive, as values, as text and as JSON.
//!
//! Views are weakly consistent: each thing once, and none that had ended before the call; what changes meanwhile may be shown
//! as it was or as it is.

mod alive;
mod ps;
mod pstree;
mod shape;
mod stats;
mod why;

pub use alive::{Alive, AliveStore, alive};
pub use ps::ps;
pub use pstree::pstree;
pub use stats::{StorageStats, TypeStats, stats, stats_text};
pub use why::{NotAlive, why};

pub(crate) use alive::Snapshot;

/// No view shows more lines.
pub(crate) const MOST: usize = 2_000;
/// How wide text is, unless another width is asked for.
pub(crate) const COLUMNS: usize = 80;

/// A view for somebody, as it is asked for.
pub(crate) struct View {
    pub(crate) columns: usize,
    pub(crate) is_json: bool,
}

impl View {
    pub(crate) const TEXT: Self = Self {
        columns: COLUMNS,
        is_json: false,
    };

    pub(crate) fn ps(&self) -> String {
        let snapshot = Snapshot::take();
        match self.is_json {
            true => ps::json(&snapshot),
            false => ps::text(&snapshot, self.columns),
        }
    }

    pub(crate) fn pstree(&self) -> String {
        let snapshot = Snapshot::take();
        match self.is_json {
            true => pstree::json(&snapshot),
            false => pstree::text(&snapshot, self.columns),
        }
    }

    pub(crate) fn why(&self, id: u64) -> Result<String, NotAlive> {
        let snapshot = Snapshot::take();
        match self.is_json {
            true => why::json(&snapshot, id),
            false => why::text(&snapshot, id),
        }
    }

    pub(crate) fn stats(&self) -> String {
        let snapshot = Snapshot::take();
        match self.is_json {
            true => stats::json(&snapshot),
            false => stats::text(&snapshot, self.columns),
        }
    }

    pub(crate) fn lost(&self) -> String {
        let losses = crate::loss::lost();
        match self.is_json {
            true => crate::loss::json(&losses),
            false => crate::loss::text(&losses),
        }
    }
}

/// Cuts a line to a width, counted in characters.
pub(crate) fn cut(line: &str, columns: usize) -> String {
    let line = line.trim_end();
    match line.char_indices().nth(columns) {
        None => line.to_owned(),
        Some(_) => {
            let cut: String = line.chars().take(columns.saturating_sub(1)).collect();
            cut + "…"
        }
    }
}
