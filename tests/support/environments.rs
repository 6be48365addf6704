//! Environments that tests run in.

use ah_testing::{CheckedEnv, exempt};
use async_hooks::AsyncId;

use super::log::Log;

/// Runs a test in an environment of its own, under the laws.
pub(crate) fn in_env<R: async_hooks::RunOutput<async_hooks::Value>>(f: impl FnOnce() -> R) -> R {
    CheckedEnv::new().run(f)
}

/// The same, where the laws do not hold for these ids: a test made them up, or says why.
pub(crate) fn in_env_exempt<const N: usize>(ids: [u64; N], f: impl FnOnce()) {
    in_env(|| {
        for id in ids {
            exempt(AsyncId::new(id).expect("an id"));
        }
        f();
    });
}

/// Runs a test of what happens where nobody listens, so not under the laws: they are checked by listening.
pub(crate) fn in_quiet_env<R: async_hooks::RunOutput<async_hooks::Value>>(
    f: impl FnOnce() -> R,
) -> R {
    async_hooks::Env::new().run(f)
}

/// Runs a test where nobody listens, and once more under the laws.
pub(crate) fn in_both_envs(f: impl Fn()) {
    in_quiet_env(&f);
    in_env(f);
}

/// Runs a test in an environment of its own, under the laws and with a log of its events, with ids.
pub(crate) fn logged<R: async_hooks::RunOutput<async_hooks::Value>>(
    f: impl FnOnce(&Log) -> R,
) -> R {
    CheckedEnv::new().run(|| f(&Log::start_with_ids()))
}
