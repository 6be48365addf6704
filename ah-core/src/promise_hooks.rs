//! Hooks for tracked futures alone, one callback at a time.
//!
//! Each function listens in the current environment, at once, until [`Stop::stop`] is called, whether the [`Stop`] is
//! dropped or not. The callbacks follow the same rules as those of [`AsyncHooks`](crate::AsyncHooks).
//!
//! Modelled on Node's [`v8.promiseHooks`](https://nodejs.org/api/v8.html#promise-hooks). There a stop function removes
//! the first equal callback; here it removes its own.
//!
//! # Examples
//!
//! ```
//! # use ah_core as async_hooks;
//! let stop = async_hooks::promise_hooks::on_settled(|promise, outcome| {
//!     println!("{} {} {outcome:?}", promise.resource_type(), promise.async_id());
//! });
//! stop.stop();
//! ```

use std::{fmt, sync::Arc};

use crate::{
    environment::world::{Environment, Shared},
    event::phase::Phase,
    hook::{
        init::Init,
        interest::Interest,
        listener::{Hook, Listener, Registration},
    },
    id::AsyncId,
    identity::Identity,
};

pub use crate::event::outcome::Outcome;

/// A tracked future, as promise hooks receive it.
#[derive(Clone, Copy, Debug)]
pub struct Promise {
    subject: Identity,
}

impl Promise {
    /// Returns its id.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.subject.id()
    }

    /// Returns the id of what caused it.
    #[must_use]
    pub fn trigger_async_id(&self) -> AsyncId {
        self.subject.trigger()
    }

    /// Returns its type.
    #[must_use]
    pub fn resource_type(&self) -> &'static str {
        self.subject.ty()
    }

    /// Returns the id of the tracked future in whose poll it was created.
    #[must_use]
    pub fn parent(&self) -> Option<AsyncId> {
        self.subject
            .is_made_by_promise()
            .then(|| self.subject.trigger())
    }
}

/// Calls back when a future is tracked, with the future in whose poll it was created.
pub fn on_init(callback: impl Fn(&Promise, Option<AsyncId>) + Send + Sync + 'static) -> Stop {
    listen(Phase::Init, move |promise, _| {
        callback(promise, promise.parent())
    })
}

/// Calls back before each poll.
pub fn on_before(callback: impl Fn(&Promise) + Send + Sync + 'static) -> Stop {
    listen(Phase::Before, move |promise, _| callback(promise))
}

/// Calls back after each poll.
pub fn on_after(callback: impl Fn(&Promise) + Send + Sync + 'static) -> Stop {
    listen(Phase::After, move |promise, _| callback(promise))
}

/// Calls back when a future has come to its end: before the last `after` if that is in a poll.
pub fn on_settled(callback: impl Fn(&Promise, Outcome) + Send + Sync + 'static) -> Stop {
    listen(Phase::Settled, move |promise, outcome| {
        callback(promise, outcome.unwrap_or(Outcome::Ready))
    })
}

fn listen(
    phase: Phase,
    callback: impl Fn(&Promise, Option<Outcome>) + Send + Sync + 'static,
) -> Stop {
    let hook = Arc::new(Hook {
        interest: Interest::of_promises(phase),
        listener: Box::new(PromiseHook {
            callback: Box::new(callback),
        }),
    });
    Environment::expect_hooks();
    let environment = Environment::current();
    let registration = Environment::of(&environment).enable(&hook);
    Environment::of(&environment).drop_disabled();
    Stop {
        environment,
        registration,
    }
}

/// Stops one promise hook.
///
/// Dropping it does nothing: the hook stays enabled.
pub struct Stop {
    environment: Shared,
    registration: Arc<Registration>,
}

impl Stop {
    /// Stops the hook that this was returned for, and no other.
    pub fn stop(self) {
        let environment = Environment::of(&self.environment);
        environment.disable(&self.registration);
        environment.drop_disabled();
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop")
            .field("stopped", &self.registration.is_ended())
            .finish_non_exhaustive()
    }
}

type Callback = Box<dyn Fn(&Promise, Option<Outcome>) + Send + Sync>;

struct PromiseHook {
    callback: Callback,
}

impl Listener for PromiseHook {
    fn name(&self) -> &str {
        "promise hook"
    }

    fn hears_resources(&self) -> bool {
        false
    }

    fn init(&self, init: &Init<'_>) {
        self.call(init.subject, None);
    }

    fn before(&self, subject: &Identity) {
        self.call(subject, None);
    }

    fn after(&self, subject: &Identity) {
        self.call(subject, None);
    }

    fn promise_resolve(&self, _: &Identity) {}

    fn destroy(&self, _: &Identity) {}

    fn settled(&self, subject: &Identity, outcome: Outcome) {
        self.call(subject, Some(outcome));
    }
}

impl PromiseHook {
    fn call(&self, subject: &Identity, outcome: Option<Outcome>) {
        if subject.is_promise() {
            (self.callback)(&Promise { subject: *subject }, outcome);
        }
    }
}
