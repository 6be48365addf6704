//! The storages that are shown.

use std::{fmt, sync::Arc};

use ah_storage::{AsyncLocalStorage, Store};

use crate::{
    Shown, StoresError,
    error::{Reason, check},
};

/// The storages whose current stores are shown in lines and records, each under its name. No other one is.
///
/// A store that is unset or exited is not shown. Where an event has a field of the same name, the field is shown.
///
/// # Panics
///
/// The methods that add a storage panic if it cannot be shown; their `try_` twins return a [`StoresError`]. It cannot
/// without a name, under a name that formats use themselves (`level`, `message`, …), under one that is shown already,
/// or with characters other than ASCII letters, digits, `_`, `-` and `.`.
///
/// # Examples
///
/// ```
/// use ah_tracing::Stores;
/// use async_hooks::AsyncLocalStorage;
///
/// static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("request_id").build();
/// static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").build();
///
/// let stores = Stores::new().number(&REQUEST_ID).display(&TENANT);
/// ```
#[derive(Clone, Default)]
pub struct Stores(Arc<Vec<Storage>>);

type Show = dyn Fn(&mut dyn FnMut(Shown<'_>)) + Send + Sync;

#[derive(Clone)]
struct Storage {
    name: &'static str,
    #[cfg_attr(
        not(any(feature = "fmt", feature = "log")),
        expect(dead_code, reason = "nothing shows it")
    )]
    show: Arc<Show>,
}

impl Stores {
    /// Creates it with no storage.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows the stores of this storage as text.
    #[must_use]
    #[track_caller]
    pub fn display<T: Store + fmt::Display>(self, storage: &'static AsyncLocalStorage<T>) -> Self {
        added(self.try_display(storage))
    }

    /// As [`display`](Self::display).
    ///
    /// # Errors
    ///
    /// If the storage cannot be shown.
    pub fn try_display<T: Store + fmt::Display>(
        self,
        storage: &'static AsyncLocalStorage<T>,
    ) -> Result<Self, StoresError> {
        self.try_shown(storage, |store, show| show(Shown::Display(store)))
    }

    /// Shows the stores of this storage as text for developers.
    #[must_use]
    #[track_caller]
    pub fn debug<T: Store + fmt::Debug>(self, storage: &'static AsyncLocalStorage<T>) -> Self {
        added(self.try_debug(storage))
    }

    /// As [`debug`](Self::debug).
    ///
    /// # Errors
    ///
    /// If the storage cannot be shown.
    pub fn try_debug<T: Store + fmt::Debug>(
        self,
        storage: &'static AsyncLocalStorage<T>,
    ) -> Result<Self, StoresError> {
        self.try_shown(storage, |store, show| show(Shown::Debug(store)))
    }

    /// Shows the stores of this storage as numbers.
    #[must_use]
    #[track_caller]
    pub fn number<T: Store + Copy + Into<i128>>(
        self,
        storage: &'static AsyncLocalStorage<T>,
    ) -> Self {
        added(self.try_number(storage))
    }

    /// As [`number`](Self::number).
    ///
    /// # Errors
    ///
    /// If the storage cannot be shown.
    pub fn try_number<T: Store + Copy + Into<i128>>(
        self,
        storage: &'static AsyncLocalStorage<T>,
    ) -> Result<Self, StoresError> {
        self.try_shown(storage, |store, show| show(Shown::Number((*store).into())))
    }

    /// Shows the stores of this storage as `show` says, which need not show all of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_tracing::{Shown, Stores};
    /// use async_hooks::AsyncLocalStorage;
    ///
    /// struct User { id: u64, email: String }
    /// static USER: AsyncLocalStorage<User> = AsyncLocalStorage::builder().name("user").build();
    ///
    /// let stores = Stores::new().shown(&USER, |user, show| show(Shown::Number(user.id.into())));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn shown<T: Store>(
        self,
        storage: &'static AsyncLocalStorage<T>,
        show: impl Fn(&T, &mut dyn FnMut(Shown<'_>)) + Send + Sync + 'static,
    ) -> Self {
        added(self.try_shown(storage, show))
    }

    /// As [`shown`](Self::shown).
    ///
    /// # Errors
    ///
    /// If the storage cannot be shown.
    pub fn try_shown<T: Store>(
        mut self,
        storage: &'static AsyncLocalStorage<T>,
        show: impl Fn(&T, &mut dyn FnMut(Shown<'_>)) + Send + Sync + 'static,
    ) -> Result<Self, StoresError> {
        let name = storage.name();
        check(name)?;
        if self.0.iter().any(|other| other.name == name) {
            return Err(Reason::Taken(name).into());
        }
        let show = move |shown: &mut dyn FnMut(Shown<'_>)| {
            storage.with(|store| store.into_iter().for_each(|store| show(store, shown)));
        };
        Arc::make_mut(&mut self.0).push(Storage {
            name,
            show: Arc::new(show),
        });
        Ok(self)
    }

    /// Calls `f` with each current store that is shown, and its name, unless `is_taken`.
    #[cfg(any(feature = "fmt", feature = "log"))]
    pub(crate) fn each(
        &self,
        is_taken: impl Fn(&str) -> bool,
        mut f: impl FnMut(&'static str, Shown<'_>),
    ) {
        for Storage { name, show } in self.0.iter().filter(|storage| !is_taken(storage.name)) {
            show(&mut |shown| f(name, shown));
        }
    }
}

#[track_caller]
fn added(stores: Result<Stores, StoresError>) -> Stores {
    match stores {
        Ok(stores) => stores,
        Err(error) => panic!("{error}"),
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|storage| storage.name);
        f.debug_list().entries(names).finish()
    }
}
