use std::{fmt, str::FromStr, sync::Arc};

use super::{
    Reason, TraceStateError,
    list::{self, Entry, List},
};

/// What a `tracestate` says: an entry for each tracing system that the trace went through, the newest first.
///
/// It is kept as it is sent on: in one field, without empty entries and white space around commas, each key once. Clones
/// share the text. `Debug` shows the keys alone.
///
/// # Limits
///
/// A field has at most 32 entries, a key and a value at most 256 characters. Of more than 512 bytes, whole entries are
/// dropped until the others fit, as the specification says: those of more than 128 characters first, then any, each time the
/// last.
///
/// # Examples
///
/// ```
/// use ah_w3c::TraceState;
///
/// let state: TraceState = "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE".parse()?;
/// assert_eq!(state.get("congo"), Some("t61rcWkgMzE"));
///
/// let state = state.with("congo", "ucfJifl5GOE")?; // what changes moves to the front
/// assert_eq!(state.as_str(), "congo=ucfJifl5GOE,rojo=00f067aa0ba902b7");
/// # Ok::<(), ah_w3c::TraceStateError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct TraceState(Option<Arc<str>>);

impl TraceState {
    /// The name of the header.
    pub const HEADER: &'static str = "tracestate";

    /// Reads the values of a header's fields, in their order. Of entries with the same key, the first is kept.
    ///
    /// # Errors
    ///
    /// If any entry is not what the specification allows, or there are too many: then none is used.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::TraceState;
    ///
    /// let fields = ["rojo=1", "congo=2 ,, rojo=3"];
    /// let state = TraceState::read(fields.map(str::as_bytes))?;
    /// assert_eq!(state.as_str(), "rojo=1,congo=2");
    /// # Ok::<(), ah_w3c::TraceStateError>(())
    /// ```
    pub fn read<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, TraceStateError> {
        let mut fields = fields.into_iter();
        let Some(first) = fields.next() else {
            return Ok(Self::default());
        };
        let mut list = List::default();
        list.read(first)?;
        for field in fields {
            list.read(field)?;
        }
        list.truncate(0);
        Ok(Self(list.to_text()))
    }

    /// Returns these entries with one more in front, in place of an older one of the same key.
    ///
    /// Where there is no room for all, the last ones are dropped, but never the new one.
    ///
    /// # Errors
    ///
    /// If the key or the value is not what the specification allows, or both have more than 511 characters together.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::TraceState;
    ///
    /// let state = TraceState::default().with("rojo", "1")?.with("congo", "2")?;
    /// assert_eq!(state.as_str(), "congo=2,rojo=1");
    /// assert!(state.with("Rojo", "3").is_err());
    /// # Ok::<(), ah_w3c::TraceStateError>(())
    /// ```
    pub fn with(&self, key: &str, value: &str) -> Result<Self, TraceStateError> {
        list::check(key.as_bytes(), value.as_bytes()).map_err(|reason| reason.of_entry(1))?;
        let text = [key, "=", value].concat();
        if text.len() > list::MOST_BYTES {
            return Err(Reason::TooLong.of_entry(1));
        }
        let mut list = List::default();
        Entry::of(text.as_bytes())
            .into_iter()
            .chain(self.entries())
            .for_each(|entry| list.add(entry));
        list.truncate(1);
        Ok(Self(list.to_text()))
    }

    /// Returns these entries without that of a key. Entries of others are deleted only where they must not leave.
    ///
    /// # Examples
    ///
    /// ```
    /// let state: ah_w3c::TraceState = "rojo=1,congo=2".parse()?;
    /// assert_eq!(state.without("rojo").as_str(), "congo=2");
    /// # Ok::<(), ah_w3c::TraceStateError>(())
    /// ```
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        let mut list = List::default();
        self.entries()
            .filter(|entry| entry.key() != key.as_bytes())
            .for_each(|entry| list.add(entry));
        Self(list.to_text())
    }

    /// Returns the value of a key.
    ///
    /// # Examples
    ///
    /// ```
    /// let state: ah_w3c::TraceState = "rojo=1".parse()?;
    /// assert_eq!(state.get("rojo"), Some("1"));
    /// assert_eq!(state.get("congo"), None);
    /// # Ok::<(), ah_w3c::TraceStateError>(())
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter()
            .find_map(|(other, value)| (other == key).then_some(value))
    }

    /// Returns keys and values, the newest first.
    ///
    /// # Examples
    ///
    /// ```
    /// let state: ah_w3c::TraceState = "rojo=1,congo=2".parse()?;
    /// assert!(state.iter().eq([("rojo", "1"), ("congo", "2")]));
    /// # Ok::<(), ah_w3c::TraceStateError>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.as_str().split(',');
        entries.filter_map(|entry| entry.split_once('='))
    }

    /// Returns the value of the header; empty if there is none to send.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(ah_w3c::TraceState::default().as_str(), "");
    /// ```
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Returns `true` if there is no entry.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(ah_w3c::TraceState::default().is_empty());
    /// ```
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.as_str()
            .split(',')
            .filter_map(|entry| Entry::of(entry.as_bytes()))
    }
}

impl FromStr for TraceState {
    type Err = TraceStateError;

    fn from_str(value: &str) -> Result<Self, TraceStateError> {
        Self::read([value.as_bytes()])
    }
}

impl fmt::Debug for TraceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.iter().map(|(key, _)| key);
        f.debug_list().entries(keys).finish()
    }
}
