//! How a recorder is set up, and what it records.

use std::{fmt, str::FromStr, time::Duration};

use crate::{live::Live, names::Contexts, ring::CHUNK};

/// How a [`Recorder`](crate::Recorder) is set up.
///
/// # Examples
///
/// ```
/// use ah_inspect::Settings;
///
/// let settings = Settings { alive: 1 << 18, ..Settings::default() };
/// assert!(settings.most_bytes() > Settings::default().most_bytes());
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// How many events are kept, of all threads together: 32 bytes each. A thread fills 256 at a time, which it may have
    /// beyond these.
    pub events: usize,
    /// How many things are shown at most, as the next power of two: 128 bytes each.
    pub alive: usize,
    /// How many contexts are kept at most, as the next power of two; no more than 524,288. Those that something alive
    /// carries stay, others are overwritten.
    pub contexts: usize,
    /// Nothing older than this is in a recording.
    pub window: Duration,
    /// What is recorded.
    pub filter: Filter,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            events: 1 << 17,
            alive: 1 << 14,
            contexts: 1 << 12,
            window: Duration::from_secs(10),
            filter: Filter::default(),
        }
    }
}

impl Settings {
    /// Returns how many bytes a recorder takes at most, beside those of threads: 8 KiB for each that runs.
    #[must_use]
    pub fn most_bytes(&self) -> usize {
        let chunks = (self.events.div_ceil(CHUNK) + 1) * CHUNK * 33;
        let alive = Live::rounded(self.alive) * Live::BYTES_EACH;
        let contexts = Contexts::rounded(self.contexts) * Contexts::BYTES_EACH;
        chunks + alive + contexts
    }
}

/// What is recorded, as text: `types=TASK+charge,polls=off,stores=off`.
///
/// | part | what it is about |
/// |---|---|
/// | `types=TASK+charge` | only resources of these types |
/// | `polls=off` | no polls, nor what is seen at them: wakes, the ends of tasks |
/// | `wakes=off` | no wakes |
/// | `stores=off` | no contexts, and no losses |
///
/// # Examples
///
/// ```
/// let filter: ah_inspect::Filter = "types=TASK+charge,wakes=off".parse()?;
/// assert_eq!(filter.to_string(), "types=TASK+charge,wakes=off");
/// # Ok::<(), ah_inspect::FilterError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filter {
    pub(crate) types: Vec<String>,
    pub(crate) polls: bool,
    pub(crate) wakes: bool,
    pub(crate) stores: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            types: Vec::new(),
            polls: true,
            wakes: true,
            stores: true,
        }
    }
}

impl Filter {
    pub(crate) fn wants_type(&self, ty: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|wanted| wanted == ty)
    }

    fn set(&mut self, part: &str) -> Result<(), &'static str> {
        let (name, value) = part.split_once('=').ok_or("write `name=value`")?;
        let switch = match name {
            "types" => return self.set_types(value),
            "polls" => &mut self.polls,
            "wakes" => &mut self.wakes,
            "stores" => &mut self.stores,
            _ => return Err("the names are `types`, `polls`, `wakes` and `stores`"),
        };
        *switch = match value {
            "on" => true,
            "off" => false,
            _ => return Err("the value is `on` or `off`"),
        };
        Ok(())
    }

    fn set_types(&mut self, types: &str) -> Result<(), &'static str> {
        let types = types.split('+').map(str::trim);
        if types.clone().any(str::is_empty) {
            return Err("a type is empty: write `types=TASK+charge`");
        }
        self.types = types.map(str::to_owned).collect();
        Ok(())
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        let parts = text.split(',').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            filter.set(part).map_err(|why| FilterError {
                part: crate::text::clean(part, 40),
                why,
            })?;
        }
        Ok(filter)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types = (!self.types.is_empty()).then(|| format!("types={}", self.types.join("+")));
        let switches = [
            ("polls", self.polls),
            ("wakes", self.wakes),
            ("stores", self.stores),
        ];
        let off = switches.iter().filter(|(_, is_on)| !is_on);
        let parts = types
            .into_iter()
            .chain(off.map(|(name, _)| format!("{name}=off")));
        f.write_str(&parts.collect::<Vec<_>>().join(","))
    }
}

/// Which part of a filter is wrong, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilterError {
    part: String,
    why: &'static str,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in the filter, `{}`: {}", self.part, self.why)
    }
}

impl std::error::Error for FilterError {}
