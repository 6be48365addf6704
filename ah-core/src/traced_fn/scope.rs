//! The scope of a synchronous function.

use std::{fmt, marker::PhantomData, mem::ManuallyDrop, panic::Location};

use super::{call::is_init_wanted, recording::keep};
use crate::{
    context::{current, scope},
    engine::{destroy_queue, emission::emit, life},
    environment::world::Environment,
    event::heard::is_anything_heard,
    frame::Frame,
    id::AsyncId,
    identity::Identity,
    resource::fields::{Fields, Returned},
};

/// The scope of a call of a synchronous function: a resource that lives as long as the call, if a hook wants it.
///
/// It has no frame of its own: what the function enters holds for its caller, whether a hook listens or not.
#[must_use = "the scope is left when this is dropped"]
pub struct FnScope {
    /// Left by the drop of this: so there is nothing to be looked at where nobody listens.
    open: Option<ManuallyDrop<Open>>,
    _not_send: PhantomData<*const ()>,
}

struct Open {
    subject: Identity,
    context: scope::Entered,
    frame: Frame,
}

impl FnScope {
    /// Enters the scope.
    #[inline]
    #[track_caller]
    pub fn enter(name: &'static str) -> Self {
        Self::enter_with(name, || None, || None)
    }

    /// As [`enter`](Self::enter). What is given is asked for only if a hook wants it.
    #[inline]
    #[track_caller]
    pub fn enter_with(
        name: &'static str,
        trigger: impl FnOnce() -> Option<AsyncId>,
        fields: impl FnOnce() -> Option<Fields>,
    ) -> Self {
        let open = if is_anything_heard() {
            Open::enter(name, Location::caller(), trigger, fields).map(ManuallyDrop::new)
        } else {
            None
        };
        Self {
            open,
            _not_send: PhantomData,
        }
    }

    /// Records what the function returns.
    #[inline]
    pub fn record<T>(&self, value: T, record: impl FnOnce(&T) -> Option<Returned>) -> T {
        if self.open.is_some() {
            keep(record(&value));
        }
        value
    }
}

impl Open {
    #[cold]
    #[inline(never)]
    fn enter(
        name: &'static str,
        location: &'static Location<'static>,
        trigger: impl FnOnce() -> Option<AsyncId>,
        fields: impl FnOnce() -> Option<Fields>,
    ) -> Option<Self> {
        let frame = Frame::capture();
        let trigger = trigger().unwrap_or_else(current::trigger);
        let mut subject = Identity::resource(AsyncId::NONE, trigger, name)
            .suppressed(current::current().is_suppressed());
        let id = Environment::with_current(|environment| {
            environment
                .hooks(|hooks| hooks.wants(&subject))
                .then(|| environment.next_id())
        });
        subject.set_id(id?);
        subject.count();
        let fields = if is_init_wanted(&subject) {
            fields()
        } else {
            None
        };
        match fields {
            Some(fields) => life::announce(&subject, Some(location), || fields),
            None => life::announce(&subject, Some(location), || ()),
        }
        let context = scope::enter(&subject);
        emit::before(&subject);
        Some(Self {
            subject,
            context,
            frame,
        })
    }

    #[cold]
    #[inline(never)]
    fn leave(self) {
        emit::after(&self.subject);
        drop(self.context);
        destroy_queue::queue(&self.subject, || self.frame.root());
        destroy_queue::settle();
    }
}

impl Drop for FnScope {
    #[inline]
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            ManuallyDrop::into_inner(open).leave();
        }
    }
}

impl fmt::Debug for FnScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FnScope")
            .field(
                "async_id",
                &self.open.as_ref().map(|open| open.subject.id()),
            )
            .finish_non_exhaustive()
    }
}
