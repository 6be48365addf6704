//! V8's format, as `v8.serialize` of Node writes it.

use ah_v8::{Deserializer, Error, Value};
use serde::de::DeserializeSeed;

use super::{CarrierError, Reading};
use crate::{
    ContextMap, Portable, Refused,
    content::{Content, Limit, Read},
    refused::Reason,
};

impl Portable {
    /// Reads stores from an object, or a `Map`, in V8's format: `v8.serialize({ tenant: "acme" })`.
    ///
    /// # Errors
    ///
    /// The bytes are not in the format, or have something else.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_portable::Portable;
    /// # use async_hooks::AsyncLocalStorage;
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # let portable = Portable::new().with(&TENANT);
    /// let bytes = TENANT.run("acme".to_owned(), || portable.capture().to_v8())?;
    /// let map = portable.from_v8(&bytes, |refused| eprintln!("{refused}"))?;
    /// map.run(|| assert_eq!(TENANT.get().as_deref(), Some("acme")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_v8(
        &self,
        bytes: &[u8],
        on_refused: impl FnMut(Refused),
    ) -> Result<ContextMap, CarrierError> {
        let mut refused = Vec::new();
        match self.through_serde(bytes, |why| refused.push(why)) {
            Ok(map) => {
                refused.into_iter().for_each(on_refused);
                Ok(map)
            }
            Err(error) => self
                .by_values(bytes, on_refused)
                .ok_or_else(|| CarrierError::v8(error)),
        }
    }

    fn through_serde(
        &self,
        bytes: &[u8],
        on_refused: impl FnMut(Refused),
    ) -> Result<ContextMap, Error> {
        let mut input = Deserializer::new(bytes);
        input.read_header()?;
        let map = self.deserialize(&mut input, on_refused)?;
        input.end()?;
        Ok(map)
    }

    /// What serde cannot be given, such as a `RegExp`, ends the reading of all. Here, each store is read by itself.
    fn by_values(&self, bytes: &[u8], on_refused: impl FnMut(Refused)) -> Option<ContextMap> {
        let mut input = Deserializer::new(bytes);
        input.read_header().ok()?;
        let context = input.read_value().ok()?;
        input.end().ok()?;
        let entries: Vec<(Option<&str>, &Value)> = match context.unshared() {
            Value::Object(object) => object
                .iter()
                .map(|(name, value)| (name.as_str(), value))
                .collect(),
            Value::Map(map) => map
                .entries
                .iter()
                .map(|(key, value)| (key.as_str(), value))
                .collect(),
            _ => return None,
        };
        let mut reading = Reading::of(self, on_refused);
        for (name, value) in entries {
            let value = match value {
                Value::Same(label) => context.find(*label).unwrap_or(value),
                value => value,
            };
            if let Some(index) = name.and_then(|name| self.position(name)) {
                reading.add(index, |storage| storage.read(content(value, self.limit())?));
            }
        }
        Some(reading.finish())
    }
}

/// A value that refers to others, outside of it, has no bytes of its own.
fn content(value: &Value, max_bytes: usize) -> Result<Content, Reason> {
    let bytes = ah_v8::to_vec(value).map_err(|_| Reason::NoType)?;
    let mut input = Deserializer::new(&bytes);
    let mut limit = Limit::of(max_bytes);
    let read = input
        .read_header()
        .and_then(|()| Read::within(&mut limit).deserialize(&mut input));
    read.map_err(|_| Reason::NoType)?
}

impl ContextMap {
    /// Returns the stores as an object in V8's format.
    ///
    /// # Errors
    ///
    /// A store that has no form in it; the others are not written either.
    pub fn to_v8(&self) -> Result<Vec<u8>, Refused> {
        let bytes = ah_v8::to_vec(self);
        bytes.map_err(|_| self.culprit("V8's format", |store| ah_v8::to_vec(store).is_ok()))
    }

    /// Returns the error about the first store for which `writes` is false.
    pub(super) fn culprit(
        &self,
        format: &'static str,
        writes: impl Fn(&dyn erased_serde::Serialize) -> bool,
    ) -> Refused {
        let culprit = self.stores().iter().find(|store| !writes(store.value()));
        Reason::NoForm(format).of(culprit.map_or("", |store| store.name()))
    }
}
