//! A handle to a resource that somebody else owns.

use std::hash::{Hash, Hasher};

use super::extensions::{Extensions, TableOf};
use crate::{id::AsyncId, identity::Identity};

/// Identifies a resource and gives access to its extensions. It does not keep the resource alive.
#[derive(Clone)]
pub struct ResourceHandle {
    subject: Identity,
    table: TableOf,
}

impl ResourceHandle {
    pub(crate) fn new(subject: &Identity, table: TableOf) -> Self {
        Self {
            subject: *subject,
            table,
        }
    }

    /// Returns the resource's id.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.subject.id()
    }

    /// Returns the id of the resource that caused it.
    #[must_use]
    pub fn trigger_async_id(&self) -> AsyncId {
        self.subject.trigger()
    }

    /// Returns its type; empty for the root, and for contexts that an embedder entered by id alone.
    #[must_use]
    pub fn resource_type(&self) -> &'static str {
        self.subject.ty()
    }

    /// Returns what is kept with the resource.
    #[must_use]
    pub fn extensions(&self) -> Extensions {
        Extensions {
            table: self.table.clone(),
            id: self.async_id(),
        }
    }
}

/// Equal if they stand for the same resource.
impl PartialEq for ResourceHandle {
    fn eq(&self, other: &Self) -> bool {
        self.table.is(&other.table) && self.async_id() == other.async_id()
    }
}

impl Eq for ResourceHandle {}

impl Hash for ResourceHandle {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.async_id().hash(state);
    }
}

impl std::fmt::Debug for ResourceHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResourceHandle")
            .field("async_id", &self.async_id())
            .field("trigger_async_id", &self.trigger_async_id())
            .field("resource_type", &self.resource_type())
            .finish_non_exhaustive()
    }
}
