//! What `#[async_resource]` adds to a struct: a field, and a trait.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    panic::{RefUnwindSafe, UnwindSafe},
};

use super::async_resource::{AsyncResource, Bound};
use crate::id::AsyncId;

/// A value that has an async resource: a struct with `#[async_resource("DBQuery")]`.
///
/// Import it to ask a value for its ids; [`prelude`](crate::prelude) has it under no name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async resource",
    label = "its struct has no `#[async_resource(\"…\")]`",
    note = "put `#[async_resource(\"DBQuery\")]`, with a type that names its kind, on the struct; then annotate its impl blocks"
)]
pub trait Resource {
    /// Returns the resource of this value, to run something else in its scope or to destroy it manually.
    fn async_resource(&self) -> &AsyncResource;

    /// Returns the resource's id.
    #[doc(alias = "asyncId")]
    fn async_id(&self) -> AsyncId {
        self.async_resource().async_id()
    }

    /// Returns the id of the resource that caused this one.
    #[doc(alias = "triggerAsyncId")]
    fn trigger_async_id(&self) -> AsyncId {
        self.async_resource().trigger_async_id()
    }
}

/// How the resources of a struct are created.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async resource",
    label = "its struct has no `#[async_resource(\"…\")]`",
    note = "a `ResourceOf<Self>` belongs into a struct with `#[async_resource(\"DBQuery\")]`, with a type that names its kind"
)]
pub trait MakeResource {
    /// Creates one, triggered by `trigger` if there is one.
    #[track_caller]
    fn make_resource(trigger: Option<AsyncId>) -> AsyncResource;
}

/// The resource of a value of type `T`, as a field in it.
///
/// `#[async_resource("DBQuery")]` adds such a field to a struct, out of sight. Whoever wants to see it writes it down and
/// marks it: `#[resource] resource: ResourceOf<Self>`.
///
/// It is created when the value is, and destroyed when the value is dropped, after the value's own `Drop`. A clone of
/// the value is another resource, triggered by the original. It has no part in comparing and hashing.
pub struct ResourceOf<T: ?Sized> {
    resource: AsyncResource,
    /// Neither owns a `T` nor asks anything of it.
    of: PhantomData<fn() -> *const T>,
}

impl<T: MakeResource + ?Sized> ResourceOf<T> {
    /// Creates a resource, triggered by the default trigger if there is one, else by what runs here.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        Self::make(None)
    }

    /// Creates a resource that `id` caused.
    #[must_use]
    #[track_caller]
    pub fn triggered_by(id: impl Into<AsyncId>) -> Self {
        Self::make(Some(id.into()))
    }

    #[track_caller]
    fn make(trigger: Option<AsyncId>) -> Self {
        Self {
            resource: T::make_resource(trigger),
            of: PhantomData,
        }
    }
}

impl<T: ?Sized> ResourceOf<T> {
    /// Returns the resource.
    pub fn as_resource(&self) -> &AsyncResource {
        &self.resource
    }
}

/// What a field may be that is marked `#[resource]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a field marked `#[resource]` cannot be a `{Self}`",
    label = "neither a `ResourceOf<Self>` nor an `AsyncResource`",
    note = "write `async_hooks::ResourceOf<Self>`, which makes its resource by the struct's attribute"
)]
pub trait ResourceField {
    fn resource(&self) -> &AsyncResource;
}

impl<T: ?Sized> ResourceField for ResourceOf<T> {
    #[inline]
    fn resource(&self) -> &AsyncResource {
        &self.resource
    }
}

impl ResourceField for AsyncResource {
    #[inline]
    fn resource(&self) -> &AsyncResource {
        self
    }
}

impl<T: ?Sized> UnwindSafe for ResourceOf<T> {} // a panic leaves nothing of it half done
impl<T: ?Sized> RefUnwindSafe for ResourceOf<T> {}

/// Creates a new resource: a value that is created by default is a new one.
impl<T: MakeResource + ?Sized> Default for ResourceOf<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

/// A new resource, triggered by the original.
impl<T: MakeResource + ?Sized> Clone for ResourceOf<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        Self::triggered_by(self.resource.async_id())
    }
}

/// Always equal: values are compared by what else they hold.
impl<T: ?Sized> PartialEq for ResourceOf<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T: ?Sized> Eq for ResourceOf<T> {}

impl<T: ?Sized> PartialOrd for ResourceOf<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for ResourceOf<T> {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl<T: ?Sized> Hash for ResourceOf<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl<T: ?Sized> fmt::Debug for ResourceOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.resource.async_id())
    }
}

/// What a method takes along, so that the value is not borrowed while it runs.
#[doc(hidden)]
#[inline]
pub fn scope_of<T: Resource + ?Sized>(value: &T) -> Bound {
    value.async_resource().bound()
}

/// Creates the resource of a struct by the options of its attribute.
#[doc(hidden)]
#[inline]
#[track_caller]
pub fn make_resource<D: 'static>(
    ty: &'static str,
    trigger: Option<AsyncId>,
    manual_destroy: bool,
    data: impl FnOnce() -> D,
) -> AsyncResource {
    let mut builder = AsyncResource::builder(ty).data(data);
    if let Some(trigger) = trigger {
        builder = builder.trigger_async_id(trigger);
    }
    if manual_destroy {
        builder = builder.manual_destroy();
    }
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}
