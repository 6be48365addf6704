//! Resources that users create.

pub(crate) mod async_resource;
pub(crate) mod field;
pub(crate) mod fields;
pub(crate) mod guard;
