//! JSON.

use serde_json::Deserializer;

use super::CarrierError;
use crate::{ContextMap, Portable, Refused};

impl Portable {
    /// Reads stores from an object in JSON.
    ///
    /// # Errors
    ///
    /// The bytes are not JSON, or have something else.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_portable::Portable;
    /// # use async_hooks::AsyncLocalStorage;
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # let portable = Portable::new().with(&TENANT);
    /// let map = portable.from_json(br#"{"tenant": "acme"}"#, |refused| eprintln!("{refused}"))?;
    /// assert!(map.names().eq(["tenant"]));
    /// # Ok::<(), ah_portable::CarrierError>(())
    /// ```
    pub fn from_json(
        &self,
        json: &[u8],
        on_refused: impl FnMut(Refused),
    ) -> Result<ContextMap, CarrierError> {
        let mut input = Deserializer::from_slice(json);
        let map = self.deserialize(&mut input, on_refused);
        let map = map.and_then(|map| input.end().map(|()| map));
        map.map_err(CarrierError::json)
    }
}

impl ContextMap {
    /// Returns the stores as an object in JSON. `NaN` and infinity are `null` there.
    ///
    /// # Errors
    ///
    /// A store that has no form in it; the others are not written either.
    pub fn to_json(&self) -> Result<String, Refused> {
        let json = serde_json::to_string(self);
        json.map_err(|_| self.culprit("JSON", |store| serde_json::to_string(store).is_ok()))
    }
}
