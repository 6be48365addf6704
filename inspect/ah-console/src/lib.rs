#![doc = include_str!("../README.md")]

mod entry;
mod histogram;
mod message;
mod serve;
mod service;
mod update;

pub use serve::{DEFAULT_ADDRESS, serve};
