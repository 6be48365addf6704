#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod client;
mod refusal;
mod request_id;
mod server;
mod storages;
mod trace;

pub use client::{ClientLayer, ClientService, headers, inject};
pub use refusal::{Refusal, Refusals};
pub use request_id::{RequestId, RequestIdError};
pub use server::{ContextBody, ResponseFuture, ServerLayer, ServerService, Trust};
pub use storages::{BAGGAGE, REQUEST_ID, TRACE};
pub use trace::Trace;
