//! W3C Baggage: a member for each store, percent-encoded.

use ah_w3c::Baggage;

use super::Reading;
use crate::{ContextMap, Portable, Refused, refused::Reason};

impl Portable {
    /// Reads stores from the members of a baggage that have their names.
    ///
    /// A string is the value of its member, and everything else is JSON there. Properties of members mean nothing here.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_portable::Portable;
    /// # use async_hooks::AsyncLocalStorage;
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # let portable = Portable::new().with(&TENANT);
    /// let baggage = "tenant=Am%C3%A9lie,shop=7".parse()?; // such as `ah_tower::BAGGAGE.get()`
    /// let map = portable.from_baggage(&baggage, |refused| eprintln!("{refused}"));
    /// map.run(|| assert_eq!(TENANT.get().as_deref(), Some("Amélie")));
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    pub fn from_baggage(&self, baggage: &Baggage, on_refused: impl FnMut(Refused)) -> ContextMap {
        let mut reading = Reading::of(self, on_refused);
        for member in baggage.iter() {
            if let Some(index) = self.position(member.key()) {
                reading.add(index, |storage| {
                    storage.read_text(&member.value(), self.limit())
                });
            }
        }
        reading.finish()
    }
}

impl ContextMap {
    /// Returns a baggage with a member for each store at its end, in place of others of the same name.
    ///
    /// What does not fit into 64 members and 8,192 bytes is left out, as is what has no text: `on_refused` receives each.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_portable::Portable;
    /// # use async_hooks::AsyncLocalStorage;
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # let portable = Portable::new().with(&TENANT);
    /// let map = TENANT.run("Amélie".to_owned(), || portable.capture());
    /// let baggage = map.to_baggage(&"shop=7".parse()?, |refused| eprintln!("{refused}"));
    /// assert_eq!(baggage.as_str(), "shop=7,tenant=Am%C3%A9lie");
    /// # Ok::<(), ah_w3c::BaggageError>(())
    /// ```
    #[must_use]
    pub fn to_baggage(&self, onto: &Baggage, mut on_refused: impl FnMut(Refused)) -> Baggage {
        let mut baggage = onto.clone();
        for store in self.stores() {
            let name = store.name();
            let with = |text: String| baggage.with(name, &text).map_err(Reason::Baggage);
            match store.text().and_then(with) {
                Ok(larger) => baggage = larger,
                Err(reason) => {
                    baggage = baggage.without(name); // an older value is not this one
                    on_refused(reason.of(name));
                }
            }
        }
        baggage
    }
}
