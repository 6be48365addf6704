//! The storages that are carried.

use std::{
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};

use ah_storage::{AsyncLocalStorage, Store};
use serde::{Deserializer, Serialize, de::DeserializeOwned};

use crate::{
    ContextMap, PortableError, Refused, carrier,
    error::{Problem, check},
    listed::{Listed, Storage},
};

/// The storages whose stores go to other processes and come from there, each under its name. No other one does.
///
/// Both sides list the same names; what only one of them lists is not carried. Reading takes a closure that receives what is
/// [`Refused`]: that storage is as if nothing had come for it, and the others are used.
///
/// A storage with [`shown`](ah_storage::AsyncLocalStorageBuilder::shown) may be seen by whoever gets the context. The
/// stores of others may be secret, and are carried only if that is said, by [`with_secret`](Self::with_secret): a list for
/// each destination is a good idea then. Values in headers and environment variables are seen by many.
///
/// # Limits
///
/// A store that comes has at most 8,192 bytes, unless [`max_bytes`](Self::max_bytes) says otherwise, and 32 values within one
/// another. It is not copied beyond, and no length that it claims is believed.
///
/// # Panics
///
/// The methods that add a storage panic if it cannot be carried; their `try_` twins return a [`PortableError`]. It cannot
/// without a name, with characters in it other than ASCII letters, digits, `_`, `-` and `.`, or under one that is carried
/// already, or would have the same environment variable. [`with`](Self::with) takes shown ones alone.
///
/// # Examples
///
/// ```
/// use std::sync::LazyLock;
///
/// use ah_portable::Portable;
/// use async_hooks::AsyncLocalStorage;
///
/// static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("request_id").shown().build();
/// static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
///
/// static CONTEXT: LazyLock<Portable> = LazyLock::new(|| Portable::new().with(&REQUEST_ID).with(&TENANT));
///
/// let json = REQUEST_ID.run(7, || CONTEXT.capture().to_json())?;
/// assert_eq!(json, r#"{"request_id":7}"#);
///
/// // in another process
/// let map = CONTEXT.from_json(json.as_bytes(), |refused| eprintln!("{refused}"))?;
/// map.run(|| assert_eq!(REQUEST_ID.get(), Some(7)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Portable {
    storages: Arc<Vec<Arc<dyn Listed>>>,
    max_bytes: usize,
}

/// It is shared and never changed: a panic leaves it as it was.
impl UnwindSafe for Portable {}
impl RefUnwindSafe for Portable {}

/// As much as everybody sends on of a baggage.
const MAX_BYTES: usize = 8_192;

impl Portable {
    /// Creates it with no storage.
    #[must_use]
    pub fn new() -> Self {
        Self {
            storages: Arc::default(),
            max_bytes: MAX_BYTES,
        }
    }

    /// Carries the stores of a storage that is shown.
    #[must_use]
    #[track_caller]
    pub fn with<T>(self, storage: &'static AsyncLocalStorage<T>) -> Self
    where
        T: Store + Clone + Serialize + DeserializeOwned,
    {
        added(self.try_with(storage))
    }

    /// As [`with`](Self::with).
    ///
    /// # Errors
    ///
    /// If the storage cannot be carried.
    pub fn try_with<T>(self, storage: &'static AsyncLocalStorage<T>) -> Result<Self, PortableError>
    where
        T: Store + Clone + Serialize + DeserializeOwned,
    {
        check(storage.name())?;
        if !storage.is_shown() {
            return Err(Problem::Secret(storage.name()).into());
        }
        self.try_with_secret(storage)
    }

    /// Carries the stores of a storage that is not shown, or is: whoever gets the context may see them.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_portable::Portable;
    /// use async_hooks::AsyncLocalStorage;
    ///
    /// static TOKEN: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("token").build();
    ///
    /// assert!(Portable::new().try_with(&TOKEN).is_err());
    /// let to_our_own_workers = Portable::new().with_secret(&TOKEN);
    /// # drop(to_our_own_workers);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn with_secret<T>(self, storage: &'static AsyncLocalStorage<T>) -> Self
    where
        T: Store + Clone + Serialize + DeserializeOwned,
    {
        added(self.try_with_secret(storage))
    }

    /// As [`with_secret`](Self::with_secret).
    ///
    /// # Errors
    ///
    /// If the storage cannot be carried.
    pub fn try_with_secret<T>(
        mut self,
        storage: &'static AsyncLocalStorage<T>,
    ) -> Result<Self, PortableError>
    where
        T: Store + Clone + Serialize + DeserializeOwned,
    {
        let name = storage.name();
        check(name)?;
        let variable = carrier::env_name(name);
        let other = self
            .storages
            .iter()
            .find(|other| carrier::env_name(other.name()) == variable);
        if let Some(other) = other {
            return Err(Problem::Taken(name, other.name()).into());
        }
        Arc::make_mut(&mut self.storages).push(Arc::new(Storage(storage)));
        Ok(self)
    }

    /// Refuses stores that come with more bytes than this: those of its text, and 8 for each value within it at least.
    #[must_use]
    pub fn max_bytes(self, max_bytes: usize) -> Self {
        Self { max_bytes, ..self }
    }

    /// Captures the current stores of these storages: what [`AsyncLocalStorage::get`] returns for each, a default too.
    #[must_use]
    pub fn capture(&self) -> ContextMap {
        let stores = self.storages.iter().filter_map(|storage| storage.capture());
        ContextMap::of(self.clone(), stores.collect())
    }

    /// Reads stores by their names from any format that serde knows and that says what its values are: as a part of a
    /// message, for one.
    ///
    /// Nothing (`null`, `undefined`, `None`) is a context without stores. For a single storage it is as if its name had not
    /// come, unless the type has a value for it.
    ///
    /// # Errors
    ///
    /// The input is not in the format, or no map; or a store is of a kind that the format cannot give to serde, as a `RegExp` of
    /// V8's.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::sync::LazyLock;
    /// use ah_portable::{ContextMap, Portable};
    /// # use async_hooks::AsyncLocalStorage;
    /// use serde::{Deserialize, Deserializer};
    ///
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # static CONTEXT: LazyLock<Portable> = LazyLock::new(|| Portable::new().with(&TENANT));
    /// #[derive(Deserialize)]
    /// struct Job {
    ///     url: String,
    ///     #[serde(deserialize_with = "context")]
    ///     context: ContextMap,
    /// }
    ///
    /// fn context<'de, D: Deserializer<'de>>(input: D) -> Result<ContextMap, D::Error> {
    ///     CONTEXT.deserialize(input, |refused| eprintln!("{refused}"))
    /// }
    ///
    /// let job: Job = serde_json::from_str(r#"{"url": "/", "context": {"tenant": "acme"}}"#)?;
    /// job.context.run(|| assert_eq!(TENANT.get().as_deref(), Some("acme")));
    /// # assert_eq!(job.url, "/");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn deserialize<'de, D: Deserializer<'de>>(
        &self,
        deserializer: D,
        on_refused: impl FnMut(Refused),
    ) -> Result<ContextMap, D::Error> {
        deserializer.deserialize_any(carrier::Reading::of(self, on_refused))
    }

    pub(crate) fn storages(&self) -> &[Arc<dyn Listed>] {
        &self.storages
    }

    pub(crate) fn limit(&self) -> usize {
        self.max_bytes
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.storages
            .iter()
            .position(|storage| storage.name() == name)
    }
}

#[track_caller]
fn added(portable: Result<Portable, PortableError>) -> Portable {
    match portable {
        Ok(portable) => portable,
        Err(error) => panic!("{error}"),
    }
}

impl Default for Portable {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Portable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.storages.iter().map(|storage| storage.name());
        f.debug_list().entries(names).finish()
    }
}
