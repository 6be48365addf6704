//! Plain objects, maps and sets: their entries, in order.

use std::collections::HashSet;

use super::{JsString, Value};

/// A plain object: values by their names, in order.
#[derive(Clone, Debug, Default)]
pub struct Object(Vec<(JsString, Value)>);

/// A `Map`: values by keys of any kind, in order.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Map {
    /// Its keys and values.
    pub entries: Vec<(Value, Value)>,
}

/// A `Set`: values of any kind, in order.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Set {
    /// Its values.
    pub values: Vec<Value>,
}

impl Object {
    /// Creates an object without properties.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of properties.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if there is no property.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the property of this name. It looks at one after the other.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value)
    }

    /// Sets a property, and returns what it was before. It looks at one after the other.
    pub fn insert(&mut self, name: impl Into<JsString>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, there)) => Some(std::mem::replace(there, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }

    /// Returns the names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&JsString, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    /// Of entries as they were read; `None` if two have the same name.
    pub(crate) fn of_entries(entries: Vec<(JsString, Value)>) -> Option<Self> {
        are_unique(&entries).then_some(Self(entries))
    }
}

/// Returns `true` if each entry has a name of its own.
fn are_unique(entries: &[(JsString, Value)]) -> bool {
    if entries.len() <= 8 {
        let mut names = entries.iter().enumerate();
        names.all(|(at, (name, _))| entries[..at].iter().all(|(other, _)| other != name))
    } else {
        let mut names = HashSet::with_capacity(entries.len());
        entries.iter().all(|(name, _)| names.insert(name))
    }
}

impl<K: Into<JsString>, V: Into<Value>> FromIterator<(K, V)> for Object {
    /// Of properties with the same name, the last is kept, in the place of the first.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        let entries: Vec<(JsString, Value)> = entries.collect();
        if are_unique(&entries) {
            return Self(entries);
        }
        let mut object = Self::new();
        object.extend(entries);
        object
    }
}

impl<K: Into<JsString>, V: Into<Value>> Extend<(K, V)> for Object {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (name, value) in entries {
            self.insert(name, value);
        }
    }
}

impl IntoIterator for Object {
    type Item = (JsString, Value);
    type IntoIter = std::vec::IntoIter<(JsString, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Into<Value>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()));
        Self {
            entries: entries.collect(),
        }
    }
}

impl<T: Into<Value>> FromIterator<T> for Set {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self { values }
    }
}
