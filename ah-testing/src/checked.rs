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
/// # use ah_core as async_hooks;
/// ah_testing::checked(|_| async_hooks::AsyncResource::new("DBQuery").run_in_async_scope(|| ()));
/// ```
#[track_caller]
pub fn checked<R, AFutureWouldLeaveItsContext>(f: impl FnOnce(&Collector) -> R) -> R
where
    R: RunOutput<AFutureWouldLeaveItsContext>,
{
    let env = CheckedEnv::new();
    let result = env.enter(|| f(&env.collector));
    env.check();
    result
}

/// As [`checked`], for a future: it may be polled by any executor.
///
/// # Panics
///
/// If a [law](crate::Law) was broken. If the future panics, nothing is checked.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let test = ah_testing::checked_async(async |collector| {
///     let query = async_hooks::AsyncResource::new("DBQuery");
///     query.scope(async {}).await;
///     assert_eq!(collector.count(async_hooks::Phase::After, query.async_id()), 1);
/// });
/// # async_hooks::block_on(test);
/// ```
pub async fn checked_async<R>(f: impl AsyncFnOnce(&Collector) -> R) -> R {
    let env = CheckedEnv::new();
    let result = env.poll(f(&env.collector)).await;
    env.check();
    result
}

/// An environment for one test, at the end of which the laws are checked for all that happened in it.
///
/// It is what [`checked`] uses, for tests that have no use for the [`Collector`]. The attribute
/// [`test`](macro@crate::test) writes it for you.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let row = async { async_hooks::AsyncResource::new("DBQuery").scope(async { 7 }).await };
/// let checked = ah_testing::CheckedEnv::new().scope(row);
/// # assert_eq!(async_hooks::block_on(checked), 7);
/// ```
#[derive(Debug)]
#[must_use = "the laws are checked at the end of `run` or `scope`"]
pub struct CheckedEnv {
    env: Env,
    collector: Collector,
}

impl CheckedEnv {
    /// Creates an environment, and a collector that listens in it.
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
        let result = self.enter(f);
        self.check();
        result
    }

    /// Runs a future in the environment, as [`Env::scope`] does, and checks the laws when it is ready.
    ///
    /// # Panics
    ///
    /// When it is polled, if a [law](crate::Law) was broken. If the future panics or is dropped, nothing is checked.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        let output = self.poll(future).await;
        self.check();
        output
    }

    fn enter<R, M>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<M>,
    {
        let _around = Around::set(self.collector.exemptions());
        self.env.run(f)
    }

    async fn poll<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(self.env.scope(future));
        poll_fn(|cx| {
            let _around = Around::set(self.collector.exemptions());
            future.as_mut().poll(cx)
        })
        .await
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
