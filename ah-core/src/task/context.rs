//! The context of a task whose future cannot be wrapped: entered and left by the callbacks of its runtime.

use std::{fmt, marker::PhantomData, panic::Location};

use super::bare_task::{BareScope, BareTask, Quiet};
use crate::{
    context::bare,
    engine::{
        boundary::{Boundary, end_bare},
        destroy_queue,
        emission::emit,
        life,
    },
    error::ResourceError,
    event::heard::is_heard,
    event::phase::Phase,
    frame::{Frame, Outside, RootId},
    id::AsyncId,
    identity::Identity,
};

/// The context of a task that nothing wraps, for a runtime to keep: a resource, and the stores that the task runs with.
///
/// [`enter`](Self::enter) before a poll and [`leave`](Self::leave) after it do together what [`Task`](crate::Task) does
/// around the poll of its future. Dropping it destroys the resource.
///
/// A runtime that keeps contexts under a lock, and is not to hold it while hooks run, uses a [`TaskVisit`].
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// use async_hooks::embedder::TaskContext;
///
/// let mut task = TaskContext::new("TASK");
/// let scope = task.enter(); // on any thread
/// assert_eq!(async_hooks::execution_async_id(), task.async_id());
/// task.leave(scope);
/// assert_eq!(async_hooks::execution_async_id(), async_hooks::AsyncId::ROOT);
/// ```
#[must_use = "a task is destroyed when its context is dropped"]
pub struct TaskContext(Held);

/// A copy of a task's context, for one poll or for less: what is entered in it ends with it, and dropping it destroys
/// nothing.
///
/// It is there so that hooks run while the [`TaskContext`] is free for others: the task's next poll, on another thread, may
/// begin before the hooks of this one have run.
///
/// - At the beginning of a poll, [`TaskContext::visit`] creates a copy, [`enter`](Self::enter) enters it and calls the
///   hooks, and [`TaskContext::rejoin`] continues in the context itself.
/// - At its end, [`TaskContext::part`] moves the stores into the context as the poll left them, and
///   [`leave`](Self::leave) calls the hooks.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// use std::sync::Mutex;
///
/// use async_hooks::embedder::TaskContext;
///
/// let task = Mutex::new(TaskContext::new("TASK"));
/// let mut visit = task.lock().unwrap().visit();
/// let scope = visit.enter(); // hooks run
/// task.lock().unwrap().rejoin(visit);
/// assert_ne!(async_hooks::execution_async_id(), async_hooks::AsyncId::ROOT); // the poll
/// let mut visit = task.lock().unwrap().part();
/// visit.leave(scope); // hooks run
/// assert_eq!(async_hooks::execution_async_id(), async_hooks::AsyncId::ROOT);
/// ```
#[must_use = "it is entered or left"]
pub struct TaskVisit(Held);

/// What a context and a copy of it have in common.
struct Held {
    subject: Identity,
    /// While the task is entered, the frame that was current before.
    frame: Frame,
}

/// A poll of a task on this thread: see [`TaskContext::enter`].
#[must_use = "the poll ends with `leave`"]
pub struct TaskScope {
    boundary: Boundary,
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

impl Held {
    #[inline]
    fn enter(&mut self) -> TaskScope {
        let mut scope = self.enter_silently();
        scope.heard = true;
        emit::before(&self.subject);
        scope
    }

    #[inline]
    fn enter_silently(&mut self) -> TaskScope {
        destroy_queue::relieve();
        let outside = self.frame.swap_in();
        TaskScope {
            boundary: Boundary::of_task(&self.subject),
            outside,
            heard: false,
            not_send: PhantomData,
        }
    }

    #[inline]
    fn leave(&mut self, scope: TaskScope) {
        if scope.heard {
            emit::after(&self.subject);
        }
        scope.boundary.end();
        self.frame.swap_back(scope.outside);
    }

    fn leave_bare(&mut self, scope: BareScope) {
        emit::after(&self.subject);
        self.frame = scope.end();
    }
}

impl TaskContext {
    /// Creates the context of a task that is spawned here: captures the stores, takes an id, announces it.
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
        Self(Held { subject, frame })
    }

    /// Returns its id.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.0.subject.id()
    }

    /// Returns what is enough to poll it by, if it has no stores.
    #[inline]
    #[must_use]
    pub fn bare(&self) -> Option<BareTask> {
        let Held { subject, frame } = &self.0;
        frame.is_none().then(|| BareTask::new(subject))
    }

    /// Begins a poll of the task on this thread, as a task boundary: its ids and stores are current, and hooks receive
    /// `before`.
    ///
    /// To be followed by [`leave`](Self::leave) on this thread, in the opposite order of entering, after a panic too:
    /// nothing else restores what was current here.
    #[inline]
    pub fn enter(&mut self) -> TaskScope {
        self.0.enter()
    }

    /// As [`enter`](Self::enter), without `before` and `after`: for what belongs to a task but is no poll.
    #[inline]
    pub fn enter_silently(&mut self) -> TaskScope {
        self.0.enter_silently()
    }

    /// Ends a poll: hooks receive `after`, and what was current here before is restored. The task keeps the stores as the
    /// poll left them.
    #[inline]
    pub fn leave(&mut self, scope: TaskScope) {
        self.0.leave(scope);
    }

    /// As [`enter`](Self::enter), on a thread that is quiet, and if that decides nothing of what shows of the
    /// task's stores. To be followed by [`leave_quiet`](Self::leave_quiet).
    #[inline]
    pub fn enter_quiet(&mut self, _quiet: Quiet) -> Option<QuietScope> {
        let Held { subject, frame } = &mut self.0;
        if frame.root_id() != RootId::GLOBAL || !frame.swaps_in_silently() {
            return None;
        }
        bare::begin(subject.guarded());
        Some(QuietScope {
            outside: frame.swap_in(),
            not_send: PhantomData,
        })
    }

    /// Ends a poll that [`enter_quiet`](Self::enter_quiet) began, as [`leave`](Self::leave) does, if no code of the
    /// user's runs at its end.
    ///
    /// # Errors
    ///
    /// Where a hook listens, or the poll left a scope open or a destroy waiting. Nothing happens then: the scope is
    /// returned, for [`part`](Self::part) and [`TaskVisit::leave_quiet`].
    #[inline]
    pub fn leave_quiet(&mut self, scope: QuietScope) -> Result<(), QuietScope> {
        if is_heard(Phase::After) || !bare::is_undisturbed() || !scope.outside.is_silent() {
            return Err(scope);
        }
        bare::end();
        self.0.frame.swap_back(scope.outside);
        Ok(())
    }

    /// Ends a poll that [`Quiet::enter`] began, as [`leave`](Self::leave) does.
    pub fn leave_bare(&mut self, scope: BareScope) {
        self.0.leave_bare(scope);
    }

    /// Returns a copy, to be entered while others use this one.
    pub fn visit(&self) -> TaskVisit {
        let Held { subject, frame } = &self.0;
        TaskVisit(Held {
            subject: *subject,
            frame: frame.clone(),
        })
    }

    /// Continues a poll that began in a copy: from now on it is as if it had begun in this one.
    ///
    /// This thread has entered `visit` and not left it, and no other poll began since the copy was created.
    pub fn rejoin(&mut self, visit: TaskVisit) {
        self.0.frame = visit.0.frame; // the current frame is the only one of the task
    }

    /// Ends a poll as far as others are concerned: this context has the stores as the poll left them, and may be entered
    /// elsewhere. The poll itself ends in what is returned, with the scope that it was entered by.
    pub fn part(&mut self) -> TaskVisit {
        let Held { subject, frame } = &mut self.0;
        TaskVisit(Held {
            subject: *subject,
            frame: std::mem::replace(frame, Frame::current()),
        })
    }
}

impl TaskVisit {
    /// As [`TaskContext::enter`].
    #[inline]
    pub fn enter(&mut self) -> TaskScope {
        self.0.enter()
    }

    /// As [`TaskContext::enter_silently`].
    #[inline]
    pub fn enter_silently(&mut self) -> TaskScope {
        self.0.enter_silently()
    }

    /// As [`TaskContext::leave`]. What was entered since the copy was created ends.
    #[inline]
    pub fn leave(&mut self, scope: TaskScope) {
        self.0.leave(scope);
    }

    /// As [`leave`](Self::leave), of a poll that [`TaskContext::enter_quiet`] began.
    pub fn leave_quiet(&mut self, scope: QuietScope) {
        let Held { subject, frame } = &mut self.0;
        emit::after(subject);
        end_bare();
        frame.swap_back(scope.outside);
    }

    /// As [`leave`](Self::leave), of a poll that [`Quiet::enter`] began.
    pub fn leave_bare(&mut self, scope: BareScope) {
        self.0.leave_bare(scope);
    }
}

impl Drop for TaskContext {
    fn drop(&mut self) {
        let Held { subject, frame } = &self.0;
        destroy_queue::queue(subject, || frame.root());
    }
}

impl fmt::Debug for TaskContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskContext")
            .field("async_id", &self.async_id())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TaskVisit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskVisit")
            .field("async_id", &self.0.subject.id())
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
