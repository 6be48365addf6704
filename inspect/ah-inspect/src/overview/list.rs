//! The requests, and where the time of each went.

use std::fmt;

use crate::{
    json::Json,
    recording::Recording,
    river::{Index, Part, River, key, key_named, sentence},
    text::clean,
};

/// Where the time of more requests went is not looked at.
const MOST: usize = 1_000;

/// All requests of a recording, the slowest first.
///
/// A request is what carries the same value of one storage: that with the most different values, or one that is named.
///
/// # Examples
///
/// ```
/// use ah_inspect::{Overview, Recorder, Settings};
/// use async_hooks::{AsyncLocalStorage, AsyncResource};
///
/// static REQUEST: AsyncLocalStorage<u32> = AsyncLocalStorage::builder().name("request").shown().build();
///
/// let recorder = Recorder::start(&Settings::default())?;
/// let requests = [7, 8].map(|id| REQUEST.run(id, || AsyncResource::new("REQUEST")));
/// let overview = Overview::of(&recorder.take());
/// assert_eq!(overview.requests().len(), 2);
/// # drop(requests);
/// # Ok::<(), ah_inspect::StartError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Overview {
    pub(super) key: Option<u32>,
    pub(super) requests: Vec<Request>,
    /// Those that are faster than all of these.
    pub(super) more: usize,
}

/// A request of an [`Overview`].
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) id: u64,
    pub(crate) whose: String,
    pub(crate) name: String,
    pub(crate) duration: u64,
    pub(crate) is_alive: bool,
    pub(crate) parts: Vec<Part>,
    pub(crate) losses: usize,
}

impl Request {
    /// Returns the id of the first thing of the request: that of its [`River`].
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Returns the storage and the value by which it is known: `request=7001`.
    #[must_use]
    pub fn whose(&self) -> &str {
        &self.whose
    }

    /// Returns how long it took, in nanoseconds; until the recording was taken, if it goes on.
    #[must_use]
    pub fn duration(&self) -> u64 {
        self.duration
    }

    /// Returns what the time went into, the longest first.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns how often its context was lost.
    #[must_use]
    pub fn losses(&self) -> usize {
        self.losses
    }

    pub(super) fn sentence(&self) -> String {
        sentence(&self.parts)
    }
}

impl Overview {
    /// Returns the requests of a recording.
    #[must_use]
    pub fn of(recording: &Recording) -> Self {
        Self::by_key(recording, key(recording))
    }

    /// Returns the requests of a recording, distinguished by the storage of this name.
    ///
    /// # Errors
    ///
    /// If nothing in the recording carries a shown storage of this name.
    pub fn by(recording: &Recording, storage: &str) -> Result<Self, NoStorage> {
        match key_named(recording, storage) {
            Some(key) => Ok(Self::by_key(recording, Some(key))),
            None => Err(NoStorage {
                name: clean(storage, 40),
            }),
        }
    }

    fn by_key(recording: &Recording, key: Option<u32>) -> Self {
        let index = Index::new(recording, key);
        let mut roots = index.roots();
        roots.sort_by_key(|root| std::cmp::Reverse(root.duration()));
        let more = roots.len().saturating_sub(MOST);
        roots.truncate(MOST);
        let requests = roots.into_iter().map(|root| River::request(&index, root));
        Self {
            key,
            requests: requests.collect(),
            more,
        }
    }

    /// Returns the requests, the slowest first.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// Returns them as one line of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let mut json = Json::default();
        json.object(|json| {
            json.key("requests").list(&self.requests, |json, request| {
                json.object(|json| request.json(json));
            });
            json.key("more").number(self.more as u64);
        });
        json.finish()
    }
}

impl Request {
    fn json(&self, json: &mut Json) {
        json.key("id").number(self.id);
        json.key("request").string(&self.whose);
        json.key("name").string(&self.name);
        json.key("duration_ns").number(self.duration);
        json.key("goes_on").flag(self.is_alive);
        json.key("lost").number(self.losses as u64);
        json.key("parts").list(&self.parts, |json, part| {
            json.object(|json| {
                json.key("what").string(part.label());
                json.key("ns").number(part.nanos());
            });
        });
    }
}

/// No storage of a name distinguishes requests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoStorage {
    name: String,
}

impl fmt::Display for NoStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        write!(
            f,
            "nothing recorded carries a storage that is called `{name}` and is `.shown()`"
        )
    }
}

impl std::error::Error for NoStorage {}
