//! V8's format, as `v8.serialize` of Node writes it.

use ah_v8::Deserializer;

use super::CarrierError;
use crate::{ContextMap, Portable, Refused, refused::Reason};

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
        let mut input = Deserializer::new(bytes);
        let map = input
            .read_header()
            .and_then(|()| self.deserialize(&mut input, on_refused));
        let map = map.and_then(|map| input.end().map(|()| map));
        map.map_err(CarrierError::v8)
    }
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
