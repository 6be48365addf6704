//! The event that announces a resource.

use std::{any::Any, panic::Location};

use crate::{
    id::AsyncId,
    identity::Identity,
    subject::{extensions::TableOf, handle::ResourceHandle},
};

/// The creation of a resource, as `init` callbacks receive it.
///
/// It says that events of this resource may follow, not that they will.
#[derive(Clone, Copy)]
pub struct Init<'a> {
    pub(crate) subject: &'a Identity,
    pub(crate) extensions: &'a TableOf,
    pub(crate) location: Option<&'static Location<'static>>,
    pub(crate) data: Option<&'a dyn Any>,
}

impl Init<'_> {
    /// Returns the id of the new resource.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.subject.id()
    }

    /// Returns the id of the resource that caused the new one.
    #[must_use]
    pub fn trigger_async_id(&self) -> AsyncId {
        self.subject.trigger()
    }

    /// Returns the type: a name for its kind, never empty but for ids announced by an embedder without one.
    #[must_use]
    pub fn resource_type(&self) -> &'static str {
        self.subject.ty()
    }

    /// Returns `true` if the resource is a tracked future.
    #[must_use]
    pub fn is_promise(&self) -> bool {
        self.subject.is_promise()
    }

    /// Returns where it was created; `None` for a future that was created before a hook wanted it.
    #[must_use]
    pub fn location(&self) -> Option<&'static Location<'static>> {
        self.location
    }

    /// Returns the data that its creator gave, if that is a `T`: see
    /// [`AsyncResourceBuilder::data`](crate::AsyncResourceBuilder::data).
    #[must_use]
    pub fn data<T: 'static>(&self) -> Option<&T> {
        self.data?.downcast_ref()
    }

    /// Returns a handle to it, for example to leave something in its extensions.
    #[must_use]
    pub fn resource(&self) -> ResourceHandle {
        ResourceHandle::new(self.subject, self.extensions.clone())
    }
}

impl std::fmt::Debug for Init<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Init")
            .field("async_id", &self.async_id())
            .field("resource_type", &self.resource_type())
            .field("trigger_async_id", &self.trigger_async_id())
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}
