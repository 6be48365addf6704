//! What the tests of several folders share.

#![allow(dead_code, unused_imports, reason = "each folder uses a part of it")]

mod environments;
mod heard;
mod log;
mod polls;
mod tools;

use async_hooks::AsyncLocalStorage;

pub(crate) use environments::{in_both_envs, in_env, in_env_exempt, in_quiet_env, logged};
pub(crate) use heard::Heard;
pub(crate) use log::{Log, STORE, here, ids};
pub(crate) use polls::{block_on, is_send, poll, yield_once};
pub(crate) use tools::{OnDrop, panic_of, runs_in};

pub(crate) static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();
