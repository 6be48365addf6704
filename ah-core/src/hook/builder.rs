//! A hook that calls closures.

use std::{borrow::Cow, fmt, mem::take};

use super::{callbacks::AsyncHooks, init::Init, interest::Interest};
use crate::{
    context::contained::drop_contained, error::HookError, event::phase::Phase, id::AsyncId,
};

type OnInit = Box<dyn Fn(&Init<'_>) + Send + Sync>;
type OnId = Box<dyn Fn(AsyncId) + Send + Sync>;

/// A set of callbacks that are closures.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let hooks = async_hooks::Hooks::builder()
///     .init(|resource| println!("{} {}", resource.resource_type(), resource.async_id()))
///     .destroy(|id| println!("destroyed {id}"))
///     .types(["DBQuery"])
///     .build();
/// async_hooks::create_hook(hooks).enable();
/// ```
#[must_use = "callbacks are called when they are handed to `create_hook` and enabled"]
pub struct Hooks {
    init: Option<OnInit>,
    before: Option<OnId>,
    after: Option<OnId>,
    promise_resolve: Option<OnId>,
    destroy: Option<OnId>,
    interest: Interest,
    name: Cow<'static, str>,
}

impl Hooks {
    /// Returns a builder for a set of callbacks.
    pub fn builder() -> HooksBuilder {
        HooksBuilder {
            hooks: Self {
                init: None,
                before: None,
                after: None,
                promise_resolve: None,
                destroy: None,
                interest: Interest::new(),
                name: Cow::Borrowed("Hooks"),
            },
            promises: true,
        }
    }
}

impl AsyncHooks for Hooks {
    fn init(&self, resource: &Init<'_>) {
        if let Some(init) = &self.init {
            init(resource);
        }
    }
    fn before(&self, id: AsyncId) {
        call(self.before.as_ref(), id);
    }
    fn after(&self, id: AsyncId) {
        call(self.after.as_ref(), id);
    }
    fn promise_resolve(&self, id: AsyncId) {
        call(self.promise_resolve.as_ref(), id);
    }
    fn destroy(&self, id: AsyncId) {
        call(self.destroy.as_ref(), id);
    }
    fn interest(&self) -> Interest {
        self.interest.clone()
    }
    fn name(&self) -> &str {
        &self.name
    }
}

fn call(callback: Option<&OnId>, id: AsyncId) {
    if let Some(callback) = callback {
        callback(id);
    }
}

/// Each callback on its own: one whose captured values panic leaves the others to be dropped.
impl Drop for Hooks {
    fn drop(&mut self) {
        drop_contained(self.init.take());
        let others = [
            self.before.take(),
            self.after.take(),
            self.promise_resolve.take(),
            self.destroy.take(),
        ];
        others.into_iter().for_each(drop_contained);
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("name", &self.name)
            .field("interest", &self.interest)
            .finish_non_exhaustive()
    }
}

/// A builder for [`Hooks`]. The phases that have a callback are the ones it wants.
#[derive(Debug)]
#[must_use = "call `build`"]
pub struct HooksBuilder {
    hooks: Hooks,
    promises: bool,
}

impl HooksBuilder {
    /// Called when a resource is created, in the context of its creator.
    pub fn init(mut self, callback: impl Fn(&Init<'_>) + Send + Sync + 'static) -> Self {
        self.hooks.init = Some(Box::new(callback));
        self
    }

    /// Called when the scope of a resource is entered, within it.
    pub fn before(mut self, callback: impl Fn(AsyncId) + Send + Sync + 'static) -> Self {
        self.hooks.before = Some(Box::new(callback));
        self
    }

    /// Called when the scope of a resource is left, still within it.
    pub fn after(mut self, callback: impl Fn(AsyncId) + Send + Sync + 'static) -> Self {
        self.hooks.after = Some(Box::new(callback));
        self
    }

    /// Called when a tracked future is ready, within its scope.
    pub fn promise_resolve(mut self, callback: impl Fn(AsyncId) + Send + Sync + 'static) -> Self {
        self.hooks.promise_resolve = Some(Box::new(callback));
        self
    }

    /// Called after a resource was destroyed, later than that: in no scope, with ids 0 and no stores.
    pub fn destroy(mut self, callback: impl Fn(AsyncId) + Send + Sync + 'static) -> Self {
        self.hooks.destroy = Some(Box::new(callback));
        self
    }

    /// Only for resources of these types.
    pub fn types<T: Into<Cow<'static, str>>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.hooks.interest = take(&mut self.hooks.interest).types(types);
        self
    }

    /// Sets whether tracked futures are wanted: see [`Interest::track_promises`].
    pub fn track_promises(mut self, wanted: bool) -> Self {
        self.promises = wanted;
        self
    }

    /// Sets whether what hooks cause is wanted: see [`Interest::reentrant`].
    pub fn reentrant(mut self, wanted: bool) -> Self {
        self.hooks.interest = take(&mut self.hooks.interest).reentrant(wanted);
        self
    }

    /// Names the hook in errors.
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.hooks.name = name.into();
        self
    }

    /// Creates the set.
    ///
    /// # Panics
    ///
    /// Where [`try_build`](Self::try_build) returns an error.
    #[track_caller]
    pub fn build(self) -> Hooks {
        match self.try_build() {
            Ok(hooks) => hooks,
            Err(error) => panic!("{error}"), // here, for its location is the caller's
        }
    }

    /// Creates the set.
    ///
    /// # Errors
    ///
    /// If one of its callbacks could never be called: it has a `promise_resolve` callback and `track_promises(false)`, or
    /// it has callbacks and an empty list of [`types`](Self::types).
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_core as async_hooks;
    /// let hooks = async_hooks::Hooks::builder().promise_resolve(|id| println!("{id}")).track_promises(false);
    /// assert_eq!(hooks.try_build().unwrap_err(), async_hooks::HookError::PromisesNotTracked);
    /// ```
    pub fn try_build(self) -> Result<Hooks, HookError> {
        let mut hooks = self.hooks;
        if hooks.promise_resolve.is_some() && !self.promises {
            return Err(HookError::PromisesNotTracked);
        }
        let phases = [
            (Phase::Init, hooks.init.is_some()),
            (Phase::Before, hooks.before.is_some()),
            (Phase::After, hooks.after.is_some()),
            (Phase::PromiseResolve, hooks.promise_resolve.is_some()),
            (Phase::Destroy, hooks.destroy.is_some()),
        ];
        let wanted = phases
            .into_iter()
            .filter_map(|(phase, wanted)| wanted.then_some(phase));
        let interest = take(&mut hooks.interest).phases(wanted);
        hooks.interest = interest.track_promises(self.promises);
        hooks.interest.check()?;
        Ok(hooks)
    }
}
