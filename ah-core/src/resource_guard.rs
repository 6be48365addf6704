//! The scope of a resource as a guard, for code that cannot be put into a closure: a method with `return` and `?`.

use std::{fmt, marker::PhantomData};

use crate::{
    context, destroy, emission,
    frame::{Frame, FrameGuard},
    identity::Identity,
};

/// Leaves the scope of a resource when it is dropped: `after`, then frame, context and waiting destroys, in this order.
#[must_use = "the scope is left when this is dropped"]
#[doc(hidden)]
pub struct ResourceGuard {
    _after: After,
    _frame: FrameGuard,
    _context: context::Entered,
    _settle: Settle,
    _not_send: PhantomData<*const ()>,
}

impl ResourceGuard {
    /// As `life::run` does for a closure.
    #[inline]
    pub(crate) fn enter(subject: &Identity, frame: Frame) -> Self {
        destroy::relieve();
        let settle = Settle;
        let context = context::enter_in(subject, frame.root_id());
        let frame = frame.enter();
        Self {
            _after: After::open(subject),
            _frame: frame,
            _context: context,
            _settle: settle,
            _not_send: PhantomData,
        }
    }
}

struct After(Identity);

impl After {
    #[inline]
    fn open(subject: &Identity) -> Self {
        emission::before(subject);
        Self(*subject)
    }
}

impl Drop for After {
    #[inline]
    fn drop(&mut self) {
        emission::after(&self.0);
    }
}

struct Settle;

impl Drop for Settle {
    #[inline]
    fn drop(&mut self) {
        destroy::settle();
    }
}

impl fmt::Debug for ResourceGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceGuard")
            .field("async_id", &self._after.0.id())
            .finish_non_exhaustive()
    }
}
