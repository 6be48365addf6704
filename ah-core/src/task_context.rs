//! The context of a task whose future cannot be wrapped: entered and left by the callbacks of its runtime.

use std::{fmt, marker::PhantomData, panic::Location};

use crate::{
    AsyncId, ResourceError,
    bare_task::{self, BareScope, BareTask, Quiet},
    context::{self, Covered, bare},
    destroy, emission,
    frame::{Frame, Outside, RootId},
    identity::Identity,
    life,
};

/// What a runtime keeps for a task that nothing wraps: a resource, and the stores in force where it was made.
///
/// [`enter`](Self::enter) before a poll and [`leave`](Self::leave) after it do together what [`Task`](crate::Task) does
/// around the poll of its future. Dropping it is heard as `destroy`.
///
/// # Examples
///
/// ```
/// # use ah_core as ah;
/// use ah::embedder::TaskContext;
///
/// let mut task = TaskContext::new("TASK");
/// let scope = task.enter(); // on any thread
/// assert_eq!(ah::execution_async_id(), task.async_id());
/// task.leave(scope);
/// assert_eq!(ah::execution_async_id(), ah::AsyncId::ROOT);
/// ```
#[must_use = "a task is destroyed when its context is dropped"]
pub struct TaskContext {
    subject: Identity,
    /// While the task is entered, the frame that was in force before.
    frame: Frame,
}

/// A poll of a task on this thread: see [`TaskContext::enter`].
#[must_use = "the poll ends with `leave`"]
pub struct TaskScope {
    covered: Covered,
    destroys: usize,
    outside: Outside,
    heard: bool,
    not_send: PhantomData<*const ()>,
}

/// A poll of a task on a thread that was quiet: see [`TaskContext::enter_quiet`].
#[must_use = "the poll ends with `leave_quiet`"]
pub struct QuietScope {
    outside: Outside,
    not_send: PhantomData<*const ()>,
}

impl TaskContext {
    /// Makes the context of a task that is spawned here: captures the stores, takes an id, announces it.
    ///
    /// # Panics
    ///
    /// If `ty` is empty.
    #[track_caller]
    pub fn new(ty: &'static str) -> Self {
        Self::at(ty, Location::caller())
    }

    /// As [`new`](Self::new), for a task that was spawned at another place of the source.
    ///
    /// # Panics
    ///
    /// If `ty` is empty.
    #[track_caller]
    pub fn at(ty: &'static str, location: &'static Location<'static>) -> Self {
        assert!(!ty.is_empty(), "{}", ResourceError::EmptyType);
        let frame = Frame::capture(); // propagation comes first
        let subject = life::begin(None, ty, location, || ());
        Self { subject, frame }
    }

    /// Returns its id.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.subject.id()
    }

    /// Returns what is enough to poll it by, if it has no stores.
    #[inline]
    #[must_use]
    pub fn bare(&self) -> Option<BareTask> {
        self.frame.is_none().then(|| BareTask::new(&self.subject))
    }

    /// Begins a poll of the task on this thread, as a task boundary: its ids and stores are in force, `before` is heard.
    ///
    /// To be followed by [`leave`](Self::leave) on this thread, in the opposite order of entering, by a panic too: nobody
    /// else puts back what was here.
    #[inline]
    pub fn enter(&mut self) -> TaskScope {
        let mut scope = self.enter_silently();
        scope.heard = true;
        emission::before(&self.subject);
        scope
    }

    /// As [`enter`](Self::enter), without `before` and `after`: for what belongs to a task but is no poll.
    #[inline]
    pub fn enter_silently(&mut self) -> TaskScope {
        destroy::relieve();
        let outside = self.frame.swap_in();
        TaskScope {
            covered: context::begin_task(&self.subject),
            destroys: destroy::begin_task(),
            outside,
            heard: false,
            not_send: PhantomData,
        }
    }

    /// Ends a poll: `after` is heard, and what was here before is back. The task keeps the stores as the poll left them.
    #[inline]
    pub fn leave(&mut self, scope: TaskScope) {
        if scope.heard {
            emission::after(&self.subject);
        }
        context::end_task(scope.covered);
        destroy::end_task(scope.destroys);
        self.frame.swap_back(scope.outside);
    }

    /// As [`enter`](Self::enter), on a thread that is [quiet](Quiet), and if that decides nothing of what shows of the
    /// task's stores. To be followed by [`leave_quiet`](Self::leave_quiet).
    #[inline]
    pub fn enter_quiet(&mut self, _quiet: Quiet) -> Option<QuietScope> {
        if self.frame.root_id() != RootId::GLOBAL {
            return None;
        }
        bare::begin(self.subject.guarded());
        Some(QuietScope {
            outside: self.frame.swap_in(),
            not_send: PhantomData,
        })
    }

    /// Ends a poll that was begun by [`enter_quiet`](Self::enter_quiet), as [`leave`](Self::leave) does.
    #[inline]
    pub fn leave_quiet(&mut self, scope: QuietScope) {
        emission::after(&self.subject);
        bare_task::end();
        self.frame.swap_back(scope.outside);
    }

    /// Ends a poll that was begun by [`Quiet::enter`], as [`leave`](Self::leave) does.
    pub fn leave_bare(&mut self, scope: BareScope) {
        emission::after(&self.subject);
        self.frame = scope.end();
    }
}

impl Drop for TaskContext {
    fn drop(&mut self) {
        destroy::queue(&self.subject, || self.frame.root());
    }
}

impl fmt::Debug for TaskContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskContext")
            .field("async_id", &self.async_id())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TaskScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskScope").finish_non_exhaustive()
    }
}

impl fmt::Debug for QuietScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QuietScope").finish_non_exhaustive()
    }
}
