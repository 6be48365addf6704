//! Typed storages.

use std::{fmt, panic::Location};

use ah_core::{
    AValueNotAFuture, Framed, RunOutput,
    frame::{About, Key, Lookup, Show},
};

use crate::{default::DefaultStore, guard::ScopeGuard, store::Store};

/// A value of type `T` that follows the work: through `await`, spawned tasks, threads and bound closures.
///
/// A storage is in one of three states wherever you look: *unset*, and [`get`](Self::get) gives the default if there is
/// one; *set*; or *exited*, and `get` gives nothing.
///
/// Declare it as a `static`. A `const` would be a new storage at each use.
///
/// Modelled on Node's [`AsyncLocalStorage`](https://nodejs.org/api/async_context.html#class-asynclocalstorage).
///
/// # Examples
///
/// ```
/// # use ah_storage as async_hooks;
/// use async_hooks::AsyncLocalStorage;
///
/// static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();
///
/// REQUEST_ID.run(7, || assert_eq!(REQUEST_ID.get(), Some(7)));
/// assert_eq!(REQUEST_ID.get(), None);
/// ```
pub struct AsyncLocalStorage<T: Store> {
    key: Key<T>,
    name: &'static str,
    default: DefaultStore<T>,
}

/// Whether what is started while a store is current inherits it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Inherit {
    /// Spawned tasks, threads, callbacks and awaited futures do.
    #[default]
    Always,
    /// Only what runs while the store is current does: awaited futures, branches of a `join!`, closures that are
    /// called. Spawned tasks, other threads and later callbacks do not.
    Never,
}

impl<T: Store> AsyncLocalStorage<T> {
    /// Creates a storage with no name, no default, and whose stores are inherited.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder for a storage with options.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// use async_hooks::{AsyncLocalStorage, Inherit};
    ///
    /// static TENANT: AsyncLocalStorage<String> =
    ///     AsyncLocalStorage::builder().name("tenant").default(String::new).build();
    /// static OPEN_TX: AsyncLocalStorage<u32> = AsyncLocalStorage::builder().inherit(Inherit::Never).build();
    ///
    /// assert_eq!(TENANT.get().as_deref(), Some(""));
    /// OPEN_TX.run(1, || assert_eq!(OPEN_TX.get(), Some(1)));
    /// ```
    #[track_caller]
    pub const fn builder() -> AsyncLocalStorageBuilder<T> {
        AsyncLocalStorageBuilder {
            name: "",
            default: None,
            inherit: Inherit::Always,
            place: Location::caller(),
            show: None,
            is_required: false,
        }
    }

    /// Returns the name it was given; empty if none.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns `true` if it was created with [`shown`](AsyncLocalStorageBuilder::shown): then its stores may be seen
    /// outside of the program.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// use async_hooks::AsyncLocalStorage;
    ///
    /// static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// static TOKEN: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("token").build();
    ///
    /// assert!(TENANT.is_shown() && !TOKEN.is_shown());
    /// ```
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.key.is_shown()
    }

    /// Returns a clone of the current store.
    #[doc(alias = "getStore")]
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn get(&self) -> Option<T>
    where
        T: Clone,
    {
        self.with(|store| store.cloned())
    }

    /// Lends the current store to `f`.
    ///
    /// `f` may do anything, with this storage too: what it was lent stays as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// static USER: async_hooks::AsyncLocalStorage<String> = async_hooks::AsyncLocalStorage::new();
    /// let length = USER.run("ada".into(), || USER.with(|user| user.map_or(0, |name| name.len())));
    /// assert_eq!(length, 3);
    /// ```
    #[doc(alias = "getStore")]
    #[inline]
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        self.key.with(|lookup| match lookup {
            Lookup::Set(store) => f(Some(store)),
            Lookup::Unset => f(self.default.get()),
            _ => f(None), // exited
        })
    }

    /// Runs `f` with `store` as the current store, and then restores this storage. Returns what `f` returned.
    ///
    /// What `f` starts inherits the store: tasks carried by a wrapper, threads of `async_hooks::thread`, bound closures. What `f`
    /// enters for other storages stays. Nothing is announced to hooks.
    ///
    /// A closure that returns a future does not compile, because the future would run outside: use
    /// [`scope`](Self::scope). If the future is a handle, such as that of a spawned task, say that it is meant:
    /// `run::<_, async_hooks::Value>(store, || tokio::spawn(work()))`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    /// let doubled = REQUEST_ID.run(7, || REQUEST_ID.get().unwrap() * 2);
    /// assert_eq!(doubled, 14);
    /// ```
    ///
    /// ```compile_fail,E0283
    /// # use ah_storage as async_hooks;
    /// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    /// let future = REQUEST_ID.run(7, || async { REQUEST_ID.get() });
    /// ```
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    /// let future = REQUEST_ID.scope(7, async { REQUEST_ID.get() });
    /// # drop(future);
    /// ```
    #[inline]
    #[track_caller]
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(&self, store: T, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
        AFutureWouldLeaveItsContextUseScope: AValueNotAFuture, // a future: `scope(store, future)`; a handle: `run::<_, async_hooks::Value>(…)`
    {
        self.key.run(store, f)
    }

    /// Runs `f` with no current store, not even the default, and then restores this storage.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    /// REQUEST_ID.run(7, || REQUEST_ID.exit(|| assert_eq!(REQUEST_ID.get(), None)));
    /// ```
    #[inline]
    #[track_caller]
    pub fn exit<R, AFutureWouldLeaveItsContextUseExitScope>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseExitScope>,
        AFutureWouldLeaveItsContextUseExitScope: AValueNotAFuture, // a future: `exit_scope(future)`; a handle: `exit::<_, async_hooks::Value>(…)`
    {
        self.key.exit(f)
    }

    /// Wraps a future, stream or sink so that it runs, and is dropped, with `store` as the current store.
    ///
    /// The future also carries the other stores that are current where this is called; if it is polled first inside a
    /// `scope` or `run` written around this call, those of that. From its first poll on it has stores of its own: what
    /// it enters stays from poll to poll, and nobody else sees it. Nothing is borrowed of the storage, and nothing
    /// announced to hooks.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    /// # futures::executor::block_on(async {
    /// let id = REQUEST_ID.scope(7, async { REQUEST_ID.get() }).await;
    /// assert_eq!(id, Some(7));
    /// # });
    /// ```
    ///
    /// A stream, whose items are asked for with the store:
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    /// use futures::{StreamExt, stream};
    ///
    /// let ids = REQUEST_ID.scope(7, stream::repeat_with(|| REQUEST_ID.get()).take(2));
    /// # futures::executor::block_on(async {
    /// assert_eq!(ids.collect::<Vec<_>>().await, [Some(7), Some(7)]);
    /// # });
    /// ```
    #[inline]
    #[track_caller]
    pub fn scope<F>(&self, store: T, future: F) -> Framed<F> {
        self.key.frame(store, future)
    }

    /// Wraps a future, stream or sink so that it runs, and is dropped, with no store at all, not even the default.
    #[inline]
    #[track_caller]
    pub fn exit_scope<F>(&self, future: F) -> Framed<F> {
        self.key.frame_exited(future)
    }

    /// Makes `store` current for the rest of the present execution, and for all that is started in it.
    ///
    /// That is until the innermost `run`, `exit` or guard of this storage ends; or the poll-to-poll life of the future,
    /// the call of the resource's scope, or the thread that this runs in. Prefer [`run`](Self::run): it shows where the
    /// store ends.
    ///
    /// When this thread's storage was dropped already, because the thread is ending, the store is dropped and the error
    /// sink receives a report.
    #[doc(alias = "enterWith")]
    #[track_caller]
    pub fn enter_with(&self, store: T) {
        self.key.enter(store);
    }

    /// Makes `store` current until the guard is dropped.
    ///
    /// The guard cannot be sent, so it cannot be held across an `await` in a spawned future. Guards may be dropped in any
    /// order: each ends its own store, and no dropped one comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    /// let guard = REQUEST_ID.with_scope(9);
    /// assert_eq!(REQUEST_ID.get(), Some(9));
    /// drop(guard);
    /// assert_eq!(REQUEST_ID.get(), None);
    /// ```
    #[doc(alias = "withScope")]
    #[track_caller]
    pub fn with_scope(&self, store: T) -> ScopeGuard {
        ScopeGuard::new(self.key.enter_guard(store))
    }

    /// Ends every store of this storage that was entered until now, everywhere: the storage is unset again, in this
    /// process, until the next `run` or `enter_with`. None of them comes back.
    pub fn disable(&self) {
        self.key.disable();
    }
}

impl<T: Store> Default for AsyncLocalStorage<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Store> fmt::Debug for AsyncLocalStorage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncLocalStorage")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A builder for an [`AsyncLocalStorage`], in a `static` too.
#[must_use = "call `build`"]
pub struct AsyncLocalStorageBuilder<T> {
    name: &'static str,
    default: Option<fn() -> T>,
    inherit: Inherit,
    place: &'static Location<'static>,
    show: Option<Show<T>>,
    is_required: bool,
}

impl<T: Store> AsyncLocalStorageBuilder<T> {
    /// Names the storage.
    pub const fn name(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Sets the default: what shows where nothing is set.
    ///
    /// `default` is called once, at the first such look; whoever looks on another thread meanwhile waits for it. If it
    /// panics, the panic reaches whoever looked, and the next look calls it again. While it runs, the storage is unset for
    /// it: what it looks at, in its own storage or in one whose default waits for this one, is nothing. It must not wait
    /// for another thread that looks at the same storage.
    pub const fn default(self, default: fn() -> T) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }

    /// Shows its stores in inspectors, by their `Display`. Of other storages they show the name, and `●●●` for a store.
    ///
    /// `Display` is called once for each set of stores, where work is created with it, while an inspector records. So it must
    /// not lock what may be locked there. If it panics, none of that set is shown.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_storage as async_hooks;
    /// use async_hooks::AsyncLocalStorage;
    ///
    /// static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # TENANT.run("acme".to_owned(), || ());
    /// ```
    pub const fn shown(self) -> Self
    where
        T: fmt::Display,
    {
        Self {
            show: Some(<T as fmt::Display>::fmt),
            ..self
        }
    }

    /// Says that a store must be set wherever one is read: while an inspector records, it reports each place that reads the
    /// storage unset as a loss. What the read returns does not change.
    pub const fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    /// Sets whether what is started while a store is current inherits it.
    pub const fn inherit(self, inherit: Inherit) -> Self {
        Self { inherit, ..self }
    }

    /// Creates the storage.
    #[must_use]
    pub const fn build(self) -> AsyncLocalStorage<T> {
        let about = About {
            name: self.name,
            place: self.place,
            show: self.show,
            is_required: self.is_required,
        };
        AsyncLocalStorage {
            key: Key::described(matches!(self.inherit, Inherit::Always), about),
            name: self.name,
            default: DefaultStore::new(self.default),
        }
    }
}

impl<T> fmt::Debug for AsyncLocalStorageBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncLocalStorageBuilder")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
