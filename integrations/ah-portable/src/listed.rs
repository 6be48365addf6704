//! Storages and stores of any type, as a list has them.

use std::sync::Arc;

use ah_storage::{AsyncLocalStorage, Store};
use serde::{Serialize, de::DeserializeOwned};

use crate::{content::Content, refused::Reason, text};

/// A storage that is carried.
pub(crate) trait Listed: Send + Sync {
    fn name(&self) -> &'static str;

    /// Returns the current store.
    fn capture(&self) -> Option<Kept>;

    /// Returns the store that came. What is nothing, and no store of this type, is as if it had not come.
    fn read(&self, content: Content) -> Result<Option<Kept>, Reason>;

    /// As [`read`](Self::read), of a text of at most `max` bytes.
    fn read_text(&self, text: &str, max: usize) -> Result<Option<Kept>, Reason>;
}

/// A store that is carried.
pub(crate) type Kept = Arc<dyn Carried>;

pub(crate) trait Carried: Send + Sync {
    fn name(&self) -> &'static str;

    /// Runs `f` with a clone of the store as the current one.
    fn run(&self, f: &mut dyn FnMut());

    fn value(&self) -> &dyn erased_serde::Serialize;

    fn text(&self) -> Result<String, Reason>;
}

pub(crate) struct Storage<T: Store>(pub(crate) &'static AsyncLocalStorage<T>);

struct StoreOf<T: Store> {
    storage: &'static AsyncLocalStorage<T>,
    store: T,
}

impl<T: Store + Clone + Serialize + DeserializeOwned> Storage<T> {
    fn kept(&self, store: T) -> Kept {
        let storage = self.0;
        Arc::new(StoreOf { storage, store })
    }
}

impl<T: Store + Clone + Serialize + DeserializeOwned> Listed for Storage<T> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn capture(&self) -> Option<Kept> {
        self.0.get().map(|store| self.kept(store))
    }

    fn read(&self, content: Content) -> Result<Option<Kept>, Reason> {
        let is_null = content.is_null();
        match T::deserialize(content) {
            Ok(store) => Ok(Some(self.kept(store))),
            Err(_) if is_null => Ok(None),
            Err(error) => Err(Reason::Type(error)),
        }
    }

    fn read_text(&self, text: &str, max: usize) -> Result<Option<Kept>, Reason> {
        text::read(text, max).map(|store| Some(self.kept(store)))
    }
}

impl<T: Store + Clone + Serialize + DeserializeOwned> Carried for StoreOf<T> {
    fn name(&self) -> &'static str {
        self.storage.name()
    }

    fn run(&self, f: &mut dyn FnMut()) {
        self.storage.run(self.store.clone(), f);
    }

    fn value(&self) -> &dyn erased_serde::Serialize {
        &self.store
    }

    fn text(&self) -> Result<String, Reason> {
        text::write(&self.store)
    }
}
