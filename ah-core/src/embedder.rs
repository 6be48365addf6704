//! For code that brings resources of its own: a runtime, a language binding, a test.
//!
//! These functions take ids as they are given, and check nothing but the stack of contexts.
//! Everybody else uses [`AsyncResource`](crate::AsyncResource) and the wrappers, which cannot get out of balance.
//!
//! What a callback of a hook emits here is delivered to hooks like anything else: a `before` callback that emits
//! `before` calls itself without end.
//!
//! Events emitted here carry a type only with [`emit_init`]; a hook that filters by type does not receive the others.

use std::{marker::PhantomData, panic::Location};

use crate::{
    context::{
        current, levels,
        scope::{self, Found},
    },
    engine::{boundary, destroy_queue, emission::emit, kept_scope::KeptScope, life},
    environment::world::Environment,
    error::{ResourceError, UnbalancedScope},
    frame::Frame,
    id::AsyncId,
    identity::Identity,
    run_output::{AValueNotAFuture, RunOutput},
};

#[doc(hidden)]
pub use crate::task::{
    bare_task::{BareScope, BareTask, Quiet},
    context::QuietScope,
};
pub use crate::task::{
    context::{TaskContext, TaskScope, TaskVisit},
    driver::{DriveGuard, Driven, drive},
};

/// Takes the next id of the current environment.
#[doc(alias = "newAsyncId")]
#[must_use]
pub fn new_async_id() -> AsyncId {
    Environment::with_current(Environment::next_id)
}

/// Announces a resource. Without a trigger, it is the default one, else what runs here.
///
/// # Panics
///
/// If the type is empty.
#[track_caller]
pub fn emit_init(id: AsyncId, ty: &'static str, trigger: Option<AsyncId>) {
    assert!(!ty.is_empty(), "{}", ResourceError::EmptyType);
    let subject = Identity::resource(id, trigger.unwrap_or_else(current::trigger), ty);
    life::announce(
        &subject.suppressed(current::current().is_suppressed()),
        Some(Location::caller()),
        || (),
    );
}

/// Enters a context until [`emit_after`], and says so to the hooks.
pub fn emit_before(id: AsyncId, trigger: AsyncId) {
    let subject = Identity::context(id, trigger);
    destroy_queue::relieve();
    scope::enter_manually(subject);
    emit::before(&subject);
}

/// Delivers to the hooks that a context is left, and leaves it.
///
/// # Errors
///
/// If it is not the innermost one. If it lies deeper, below others that were entered with [`emit_before`], those are left
/// with it. If it is not there, or a scope is open above it, nothing changes.
pub fn emit_after(id: AsyncId) -> Result<(), UnbalancedScope> {
    let actual = current::current();
    let unbalanced = Err(UnbalancedScope {
        actual: actual.id(),
        expected: id,
    });
    let result = match scope::find(id) {
        Found::No => return unbalanced,
        Found::At {
            level,
            on_top: false,
        } => {
            levels::cut(level);
            unbalanced
        }
        Found::At {
            level,
            on_top: true,
        } => {
            // as `before` was: delivered, though the scope may lie in a callback of a hook
            emit::after(&Identity::context(id, actual.trigger()));
            levels::cut(level);
            Ok(())
        }
    };
    destroy_queue::settle();
    result
}

/// Destroys a resource. Nothing checks that this happens once.
pub fn emit_destroy(id: AsyncId) {
    destroy_queue::queue(&Identity::context(id, AsyncId::NONE), || {
        Frame::current().root()
    });
}

/// A context entered by id until this is dropped: with `before` and `after`, but with the stores around it.
///
/// One that is dropped while another scope is open above it, for example inside
/// [`run_in_async_scope`](crate::AsyncResource::run_in_async_scope), is reported to the
/// [error sink](crate::set_error_sink), and left when that scope has been left. One that was left already, with a scope
/// around it or at the end of the poll of a task, is reported, too, and nothing else happens.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// use async_hooks::embedder::{CallbackScope, new_async_id};
///
/// let id = new_async_id();
/// let scope = CallbackScope::enter(id, async_hooks::AsyncId::ROOT);
/// assert_eq!(async_hooks::execution_async_id(), id);
/// drop(scope);
/// ```
#[must_use = "the scope ends when this is dropped"]
#[derive(Debug)]
pub struct CallbackScope {
    scope: KeptScope,
    /// Bound to this thread.
    _not_send: PhantomData<*const ()>,
}

impl CallbackScope {
    /// Enters the context of this id.
    pub fn enter(id: AsyncId, trigger: AsyncId) -> Self {
        let subject = Identity::context(id, trigger);
        destroy_queue::relieve();
        Self {
            scope: KeptScope::enter(subject),
            _not_send: PhantomData,
        }
    }
}

impl Drop for CallbackScope {
    fn drop(&mut self) {
        self.scope.leave();
        destroy_queue::settle();
    }
}

/// Runs `f` in the root context (1, 0), as a task boundary. The stores stay.
pub fn run_in_root<R, AFutureWouldLeaveItsContextUseScope>(f: impl FnOnce() -> R) -> R
where
    R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
    AFutureWouldLeaveItsContextUseScope: AValueNotAFuture, // of a handle: `::<_, async_hooks::Value>`
{
    boundary::within_here(Identity::ROOT, f)
}

/// Runs `f` in the context of an idle worker (0, 0), as a task boundary. The stores stay, a default trigger does not: set
/// it inside.
///
/// # Examples
///
/// What an accept loop creates runs in nobody's scope, and is caused by its server:
///
/// ```
/// # use ah_core as async_hooks;
/// let server = async_hooks::AsyncResource::new("TCPSERVERWRAP");
/// let connection = async_hooks::embedder::run_in_worker(|| {
///     async_hooks::default_trigger_async_id_scope(server.async_id(), || async_hooks::AsyncResource::new("TCPWRAP"))
/// });
/// assert_eq!(connection.trigger_async_id(), server.async_id());
/// ```
pub fn run_in_worker<R, AFutureWouldLeaveItsContextUseScope>(f: impl FnOnce() -> R) -> R
where
    R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
    AFutureWouldLeaveItsContextUseScope: AValueNotAFuture, // of a handle: `::<_, async_hooks::Value>`
{
    boundary::within_here(Identity::WORKER, f)
}

/// Makes this thread, outside of any scope, an idle worker (0, 0) from now on: for the threads of a runtime.
pub fn set_worker_thread() {
    if !current::in_scope() {
        current::set_bottom(Identity::WORKER);
    }
}
