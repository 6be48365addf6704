//! Environments whose laws are checked.

use std::{
    future::{Future, poll_fn},
    pin::pin,
};

use ah_core::{Env, RunOutput};

use crate::{Collector, exempt::Around};

/// Runs a test in an environment of its own, and checks the laws for all that happened in it.
///
/// # Panics
///
/// If a [law](crate::Law) was broken: the message lists all cases. If `f` panics, nothing is checked.
///
/// # Examples
///
/// ```
/// # use ah_core as ah;
/// ah_testing::checked(|_| ah::AsyncResource::new("DBQuery").run_in_async_scope(|| ()));
/// ```
#[track_caller]
pub fn checked<R, AFutureWouldLeaveItsContext>(f: impl FnOnce(&Collector) -> R) -> R
where
    R: RunOutput<AFutureWouldLeaveItsContext>,
{
    let env = CheckedEnv::new();
    let around = Around::set(env.collector.exemptions());
    let result = env.env.run(|| f(&env.collector));
    drop(around);
    env.check();
    result
}

/// An environment for one test, at the end of which the laws are checked for all that happened in it.
///
/// It is what [`checked`] uses, for tests that are futures or have no use for the [`Collector`]. The attribute
/// [`test`](macro@crate::test) writes it for you.
///
/// # Examples
///
/// ```
/// # use ah_core as ah;
/// let row = async { ah::AsyncResource::new("DBQuery").scope(async { 7 }).await };
/// let checked = ah_testing::CheckedEnv::new().scope(row);
/// # assert_eq!(ah::block_on(checked), 7);
/// ```
#[derive(Debug)]
#[must_use = "the laws are checked at the end of `run` or `scope`"]
pub struct CheckedEnv {
    env: Env,
    collector: Collector,
}

impl CheckedEnv {
    /// Makes an environment, and a collector that listens in it.
    pub fn new() -> Self {
        let env = Env::new();
        let collector = env.run(Collector::start);
        Self { env, collector }
    }

    /// Runs `f` in the environment, as [`Env::run`] does, and checks the laws.
    ///
    /// # Panics
    ///
    /// If a [law](crate::Law) was broken. If `f` panics, nothing is checked.
    #[track_caller]
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
    {
        let around = Around::set(self.collector.exemptions());
        let result = self.env.run(f);
        drop(around);
        self.check();
        result
    }

    /// Runs a future in the environment, as [`Env::scope`] does, and checks the laws when it is ready.
    ///
    /// # Panics
    ///
    /// When it is polled, if a [law](crate::Law) was broken. If the future panics or is dropped, nothing is checked.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        let mut future = pin!(self.env.scope(future));
        let output = poll_fn(|cx| {
            let _around = Around::set(self.collector.exemptions());
            future.as_mut().poll(cx)
        })
        .await;
        self.check();
        output
    }

    #[track_caller]
    fn check(&self) {
        if let Err(broken) = self.env.run(|| self.collector.check()) {
            panic!("{broken}");
        }
    }
}

impl Default for CheckedEnv {
    fn default() -> Self {
        Self::new()
    }
}
