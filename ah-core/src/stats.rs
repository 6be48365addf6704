//! Numbers that an operator would ask for.
//!
//! [`stats()`](crate::stats()) gives them, as they are counted from [`enable`] on. Before that, counting costs nothing.
//! Afterwards, creating a resource and destroying it costs a few atomic operations more, and tracked futures have ids
//! as if a hook listened to them.

use std::{fmt, sync::Once};

use crate::{counters, event::heard};

/// Starts to count, in all environments. Further calls change nothing, and nothing stops the count.
///
/// Resources and frames that were created before are not counted, neither now nor at their end.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// async_hooks::stats::enable();
/// let query = async_hooks::AsyncResource::new("DBQuery");
/// assert_eq!(async_hooks::stats().of_type("DBQuery").alive(), 1);
/// drop(query);
/// assert_eq!(async_hooks::stats().of_type("DBQuery").alive(), 0);
/// ```
pub fn enable() {
    static COUNTED: Once = Once::new();
    COUNTED.call_once(heard::listen_for_statistics);
    counters::turn_on();
}

/// Returns what was counted since [`enable`]: see there.
#[must_use]
pub fn stats() -> Stats {
    Stats::now()
}

/// Returns `true` if anything is counted.
#[must_use]
pub fn is_enabled() -> bool {
    counters::is_on()
}

/// How many resources there are and were.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Resources {
    made: usize,
    destroyed: usize,
}

impl Resources {
    /// Returns how many were created.
    #[must_use]
    pub fn made(&self) -> usize {
        self.made
    }

    /// Returns how many of these were destroyed.
    #[must_use]
    pub fn destroyed(&self) -> usize {
        self.destroyed
    }

    /// Returns how many of these are alive. One whose destroy is left to be done manually is alive until that is done.
    #[must_use]
    pub fn alive(&self) -> usize {
        self.made.saturating_sub(self.destroyed)
    }
}

impl fmt::Display for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (made, destroyed, alive) = (self.made, self.destroyed, self.alive());
        write!(f, "{made} made, {destroyed} destroyed, {alive} alive")
    }
}

/// The numbers of one moment, or nearly: they are read one after the other.
///
/// As text, it is a line for each of them.
#[derive(Clone, Debug)]
pub struct Stats {
    types: Vec<(&'static str, Resources)>,
    hooks: usize,
    hook_panics: usize,
    queued_destroys: usize,
    storages: usize,
    frame_entries: usize,
}

impl Stats {
    fn now() -> Self {
        let mut types = Vec::new();
        counters::for_each_type(|ty, of_type| {
            let destroyed = of_type.destroyed.get(); // first: so it is never more than were created
            let made = of_type.made.get();
            types.push((ty, Resources { made, destroyed }));
        });
        Self {
            types,
            hooks: counters::HOOKS.get(),
            hook_panics: counters::HOOK_PANICS.get(),
            queued_destroys: counters::QUEUED.get(),
            storages: counters::STORAGES.get(),
            frame_entries: counters::FRAME_ENTRIES.get(),
        }
    }

    /// Returns the resources of all types.
    #[must_use]
    pub fn resources(&self) -> Resources {
        let mut all = Resources::default();
        for (_, resources) in &self.types {
            all.made += resources.made;
            all.destroyed += resources.destroyed;
        }
        all
    }

    /// Returns the resources of one type.
    #[must_use]
    pub fn of_type(&self, ty: &str) -> Resources {
        let found = self.types.iter().find(|(name, _)| *name == ty);
        found.map_or_else(Resources::default, |(_, resources)| *resources)
    }

    /// Returns the resources by type, in the order of the types' names.
    pub fn types(&self) -> impl Iterator<Item = (&'static str, Resources)> {
        self.types.iter().copied()
    }

    /// Returns how many hooks are enabled, promise hooks included. Counted since the process began.
    #[must_use]
    pub fn hooks(&self) -> usize {
        self.hooks
    }

    /// Returns how many panics of hooks were contained. Counted since the process began.
    #[must_use]
    pub fn hook_panics(&self) -> usize {
        self.hook_panics
    }

    /// Returns how many destroys wait to be delivered, on all threads.
    #[must_use]
    pub fn queued_destroys(&self) -> usize {
        self.queued_destroys
    }

    /// Returns how many storages were used, and live. Counted since the process began.
    #[must_use]
    pub fn storages(&self) -> usize {
        self.storages
    }

    /// Returns how many entries all frames that live have together, each counted once: what grows if frames are kept.
    #[must_use]
    pub fn frame_entries(&self) -> usize {
        self.frame_entries
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "resources: {}", self.resources())?;
        for (ty, resources) in &self.types {
            writeln!(f, "  {ty}: {resources}")?;
        }
        writeln!(f, "hooks enabled: {}", self.hooks)?;
        writeln!(f, "hook panics contained: {}", self.hook_panics)?;
        writeln!(f, "destroys queued: {}", self.queued_destroys)?;
        writeln!(f, "storages: {}", self.storages)?;
        write!(f, "frame entries: {}", self.frame_entries)
    }
}
