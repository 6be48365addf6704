//! Stores in the records of `log`.

use log::{
    Log, Metadata, Record,
    kv::{Error, Key, Source, Value, VisitSource},
};

use crate::{Shown, Stores};

impl Stores {
    /// Adds the stores to the key-value pairs of each record that `logger` receives.
    ///
    /// # Examples
    ///
    /// ```
    /// # use async_hooks::AsyncLocalStorage;
    /// # static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("request_id").build();
    /// # struct Inner;
    /// # impl log::Log for Inner {
    /// #     fn enabled(&self, _: &log::Metadata<'_>) -> bool { true }
    /// #     fn log(&self, _: &log::Record<'_>) {}
    /// #     fn flush(&self) {}
    /// # }
    /// # let inner = Inner;
    /// let stores = ah_tracing::Stores::new().number(&REQUEST_ID);
    /// log::set_boxed_logger(Box::new(stores.logger(inner)))?;
    /// # Ok::<(), log::SetLoggerError>(())
    /// ```
    #[must_use]
    pub fn logger<L: Log>(&self, logger: L) -> StoresLogger<L> {
        StoresLogger {
            logger,
            stores: self.clone(),
        }
    }
}

/// A logger that adds stores: see [`Stores::logger`].
#[derive(Clone, Debug)]
pub struct StoresLogger<L> {
    logger: L,
    stores: Stores,
}

impl<L> StoresLogger<L> {
    /// Returns a reference to the logger that receives the records.
    pub fn get_ref(&self) -> &L {
        &self.logger
    }
}

impl<L: Log> Log for StoresLogger<L> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.logger.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let own = record.key_values();
        let is_taken = |name: &str| own.get(Key::from_str(name)).is_some();
        let mut stores = Vec::new();
        self.stores.each(is_taken, |name, shown| {
            stores.push((name, Owned::of(shown)))
        });
        let pairs = Pairs { own, stores };
        let record = record.to_builder().key_values(&pairs).build();
        self.logger.log(&record);
    }

    fn flush(&self) {
        self.logger.flush();
    }
}

/// A visitor may keep what it sees for as long as the record lives, but a store is lent for a moment.
enum Owned {
    Text(String),
    Number(i128),
    Bool(bool),
}

impl Owned {
    fn of(shown: Shown<'_>) -> Self {
        match shown {
            Shown::Number(number) => Self::Number(number),
            Shown::Bool(value) => Self::Bool(value),
            Shown::Display(_) | Shown::Debug(_) => Self::Text(shown.to_string()),
        }
    }

    fn to_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Number(number) => Value::from(number),
            Self::Bool(value) => Value::from(*value),
        }
    }
}

struct Pairs<'a> {
    own: &'a dyn Source,
    stores: Vec<(&'static str, Owned)>,
}

impl Source for Pairs<'_> {
    fn visit<'kvs>(&'kvs self, visitor: &mut dyn VisitSource<'kvs>) -> Result<(), Error> {
        self.own.visit(visitor)?;
        let mut stores = self.stores.iter();
        stores
            .try_for_each(|(name, value)| visitor.visit_pair(Key::from_str(name), value.to_value()))
    }
}
