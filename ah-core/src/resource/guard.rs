//! The scope of a resource as a guard, for code that cannot be put into a closure: a method with `return` and `?`.

use std::{fmt, marker::PhantomData};

use crate::{
    context::scope,
    engine::{
        bracket::{Bracket, Settle},
        destroy_queue,
    },
    frame::{Frame, FrameGuard},
    identity::Identity,
};

/// Leaves the scope of a resource when it is dropped: `after`, then frame, context and waiting destroys, in this order.
#[must_use = "the scope is left when this is dropped"]
#[doc(hidden)]
pub struct ResourceGuard {
    _after: Bracket<Identity>,
    _frame: FrameGuard,
    _context: scope::Entered,
    _settle: Settle,
    _not_send: PhantomData<*const ()>,
}

impl ResourceGuard {
    /// As `life::run` does for a closure.
    #[inline]
    pub(crate) fn enter(subject: &Identity, frame: Frame) -> Self {
        destroy_queue::relieve();
        let settle = Settle;
        let context = scope::enter_in(subject, frame.root_id());
        let frame = frame.enter();
        Self {
            _after: Bracket::open(*subject),
            _frame: frame,
            _context: context,
            _settle: settle,
            _not_send: PhantomData,
        }
    }
}

impl fmt::Debug for ResourceGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceGuard")
            .field("async_id", &self._after.subject().id())
            .finish_non_exhaustive()
    }
}
