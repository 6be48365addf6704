//! The ids for which the laws do not hold.

use std::{
    cell::RefCell,
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use ah_core::AsyncId;

/// Shared by a collector and the tests that add to it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Exemptions(Arc<Mutex<HashSet<AsyncId>>>);

impl Exemptions {
    pub(crate) fn add(&self, id: AsyncId) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
    }

    pub(crate) fn get(&self) -> HashSet<AsyncId> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Exempts this id from the laws in the checked environment that runs on this thread, the innermost one.
///
/// It is [`Collector::exempt`](crate::Collector::exempt) where the collector is out of reach, as in a
/// `#[ah_testing::test]`. Without a checked environment nothing happens.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// #[ah_testing::test]
/// fn a_callback_may_come_late() {
///     let query = async_hooks::AsyncResource::new("DBQuery");
///     ah_testing::exempt(query.async_id());
///     let callback = query.bind(|| ());
///     drop(query);
///     callback(); // after its destroy
/// }
/// # fn main() {}
/// ```
pub fn exempt(id: AsyncId) {
    AROUND.with_borrow(|around| {
        if let Some(exemptions) = around.last() {
            exemptions.add(id);
        }
    });
}

thread_local! {
    /// Those of the checked environments that this thread runs.
    static AROUND: RefCell<Vec<Exemptions>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, [`exempt`] adds to these.
pub(crate) struct Around;

impl Around {
    pub(crate) fn set(exemptions: &Exemptions) -> Self {
        AROUND.with_borrow_mut(|around| around.push(exemptions.clone()));
        Self
    }
}

impl Drop for Around {
    fn drop(&mut self) {
        let _gone = AROUND.with_borrow_mut(Vec::pop);
    }
}
