//! What carries a context: formats with values, and texts under names.

mod baggage;
mod env;
mod error;
mod json;
mod reading;
mod v8;

pub use error::CarrierError;

pub(crate) use env::env_name;
pub(crate) use reading::Reading;
