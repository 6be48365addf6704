//! Puts a map together, one store after the other.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::{
    ContextMap, Portable, Refused,
    content::{Limit, Read},
    listed::{Kept, Listed},
    refused::Reason,
};

/// A map that is being read. What came for a storage decides about it once; a second time, nothing of it is used.
pub(crate) struct Reading<'a, F> {
    portable: &'a Portable,
    came: Vec<Came>,
    on_refused: F,
}

#[derive(Clone)]
enum Came {
    Nothing,
    Store(Option<Kept>),
    Twice,
}

impl<'a, F: FnMut(Refused)> Reading<'a, F> {
    pub(crate) fn of(portable: &'a Portable, on_refused: F) -> Self {
        let came = vec![Came::Nothing; portable.storages().len()];
        Self {
            portable,
            came,
            on_refused,
        }
    }

    /// Adds what came for a storage.
    pub(super) fn add(
        &mut self,
        index: usize,
        read: impl FnOnce(&dyn Listed) -> Result<Option<Kept>, Reason>,
    ) {
        let storage = &*self.portable.storages()[index];
        let store = match self.came[index] {
            Came::Nothing => read(storage),
            Came::Store(_) => Err(Reason::Twice),
            Came::Twice => return,
        };
        let is_second = matches!(store, Err(Reason::Twice));
        let store = store.unwrap_or_else(|reason| {
            (self.on_refused)(reason.of(storage.name()));
            None
        });
        self.came[index] = if is_second {
            Came::Twice
        } else {
            Came::Store(store)
        };
    }

    pub(super) fn finish(self) -> ContextMap {
        let stores = self.came.into_iter().filter_map(|came| match came {
            Came::Store(store) => store,
            Came::Nothing | Came::Twice => None,
        });
        ContextMap::of(self.portable.clone(), stores.collect())
    }
}

/// Which storage a name is of; `None` for an unknown one.
struct Name<'a>(&'a Portable);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Names that are no strings are unknown.
macro_rules! unknown {
    ($($method:ident, $type:ty;)*) => {$(
        fn $method<E>(self, _: $type) -> Result<Self::Value, E> {
            Ok(None)
        }
    )*};
}

impl<'de> Visitor<'de> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a storage")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.position(name))
    }

    unknown! {
        visit_bool, bool;
        visit_i64, i64;
        visit_u64, u64;
        visit_i128, i128;
        visit_u128, u128;
        visit_f64, f64;
        visit_bytes, &[u8];
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// Whatever is no map is refused without saying what it is: serde would print it.
macro_rules! no_map {
    ($($method:ident, $type:ty;)*) => {$(
        fn $method<E: Error>(self, _: $type) -> Result<Self::Value, E> {
            Err(E::custom(NO_MAP))
        }
    )*};
}

const NO_MAP: &str = "a context is a map from names to stores";

impl<'de, F: FnMut(Refused)> Visitor<'de> for Reading<'_, F> {
    type Value = ContextMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map from names to stores")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<ContextMap, A::Error> {
        while let Some(index) = map.next_key_seed(Name(self.portable))? {
            let Some(index) = index else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let mut limit = Limit::of(self.portable.limit());
            let content = map.next_value_seed(Read::within(&mut limit))?;
            self.add(index, |storage| storage.read(content?));
        }
        Ok(self.finish())
    }

    fn visit_unit<E>(self) -> Result<ContextMap, E> {
        Ok(self.finish())
    }

    fn visit_none<E>(self) -> Result<ContextMap, E> {
        Ok(self.finish())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ContextMap, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<ContextMap, D::Error> {
        deserializer.deserialize_any(self)
    }

    no_map! {
        visit_bool, bool;
        visit_i64, i64;
        visit_u64, u64;
        visit_i128, i128;
        visit_u128, u128;
        visit_f64, f64;
        visit_str, &str;
        visit_bytes, &[u8];
    }
}
