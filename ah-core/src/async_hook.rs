//! The handle with which a hook is enabled and disabled.

use std::{
    fmt,
    sync::{Arc, PoisonError},
};

use crate::{
    environment::world::{Environment, Shared},
    error::HookError,
    hook::{
        callbacks::AsyncHooks,
        listener::{Hook, Registration},
    },
    sync::{Mutex, MutexGuard},
};

/// Creates a hook from callbacks, in the current environment. It is disabled until [`AsyncHook::enable`].
///
/// On Linux the first hook registers the process for `membarrier`, which spares every event a fence. Where other threads run
/// already, this takes 10 to 20 ms, once: a program that minds creates its first hook before them.
///
/// # Panics
///
/// If it could never receive an event of those it asks for: [`try_create_hook`] returns an error instead.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let hook = async_hooks::create_hook(async_hooks::Hooks::builder().init(|resource| println!("{resource:?}")).build());
/// hook.enable();
/// hook.disable();
/// ```
#[doc(alias = "createHook")]
#[must_use = "a hook does nothing until `enable` is called"]
#[track_caller]
pub fn create_hook(callbacks: impl AsyncHooks) -> AsyncHook {
    match try_create_hook(callbacks) {
        Ok(hook) => hook,
        Err(error) => panic!("{error}"), // here, for its location is the caller's
    }
}

/// Creates a hook from callbacks, as [`create_hook`] does.
///
/// # Errors
///
/// If it could never receive an event of those it asks for: it wants `promise_resolve` alone and no promises, or an empty
/// list of types. A hook that asks for no event at all is none of these.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// struct Unsettled;
/// impl async_hooks::AsyncHooks for Unsettled {
///     fn interest(&self) -> async_hooks::Interest {
///         async_hooks::Interest::new().phases([async_hooks::Phase::PromiseResolve]).track_promises(false)
///     }
/// }
/// assert_eq!(async_hooks::try_create_hook(Unsettled).unwrap_err(), async_hooks::HookError::PromisesNotTracked);
/// ```
pub fn try_create_hook(callbacks: impl AsyncHooks) -> Result<AsyncHook, HookError> {
    let hook = Hook::of(callbacks);
    hook.interest.check()?;
    Environment::expect_hooks();
    Ok(AsyncHook(Arc::new(Inner {
        hook: Arc::new(hook),
        environment: Environment::current(),
        enabled: Mutex::new(None),
    })))
}

/// Returns `true` if any hook is enabled in the current environment, with callbacks or without.
#[must_use]
pub fn hooks_enabled() -> bool {
    // outside of emissions; within one, what it began with
    Environment::with_current(|environment| environment.hooks(|hooks| !hooks.is_empty()))
}

/// A handle to a hook, which enables and disables it.
///
/// Dropping the handles does not disable it. Clones are handles to the same hook.
#[derive(Clone)]
pub struct AsyncHook(Arc<Inner>);

struct Inner {
    hook: Arc<Hook>,
    environment: Shared,
    enabled: Mutex<Option<Arc<Registration>>>,
}

impl AsyncHook {
    /// Enables the hook: it receives events, after those that are enabled already. Does nothing if it is enabled.
    ///
    /// It counts from the caller's next outermost emission on, and on other threads from every outermost emission that
    /// begins after this returned. After a panic disabled the hook, this enables it again.
    pub fn enable(&self) -> &Self {
        let environment = self.environment();
        {
            let mut enabled = self.lock();
            if enabled
                .as_ref()
                .is_none_or(|registration| registration.is_ended())
            {
                *enabled = Some(environment.enable(&self.0.hook));
            }
        }
        environment.drop_disabled();
        self
    }

    /// Disables the hook: it receives no more events. Does nothing if it is disabled.
    ///
    /// Emissions under way, on this thread or another, may still call it.
    pub fn disable(&self) -> &Self {
        let environment = self.environment();
        {
            let mut enabled = self.lock();
            if let Some(registration) = enabled.take() {
                environment.disable(&registration);
            }
        }
        environment.drop_disabled();
        self
    }

    /// Returns `true` if the hook is enabled.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.lock()
            .as_ref()
            .is_some_and(|registration| !registration.is_ended())
    }

    fn environment(&self) -> &Environment {
        Environment::of(&self.0.environment)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Registration>>> {
        self.0
            .enabled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for AsyncHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncHook")
            .field("name", &self.0.hook.listener.name())
            .field("enabled", &self.is_enabled())
            .finish_non_exhaustive()
    }
}
