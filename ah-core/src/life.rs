//! The life of a resource, as every kind of resource goes through it.

use std::{panic::Location, pin::Pin};

use crate::{
    context::{self, Entered},
    destroy, emission,
    environment::{Environment, is_heard},
    frame::{AnyFramed, Carried, Frame, FrameScope, RootId},
    identity::Identity,
    phase::Phase,
};

/// Takes an id for a new resource of the current environment and announces it. The caller has captured the frame.
#[inline]
pub(crate) fn begin<D: 'static>(
    trigger: Option<crate::AsyncId>,
    ty: &'static str,
    location: &'static Location<'static>,
    data: impl FnOnce() -> D,
) -> Identity {
    let id = Environment::with_current(Environment::next_id);
    let trigger = trigger.unwrap_or_else(context::trigger);
    let mut subject = Identity::resource(id, trigger, ty).muted(context::current().is_muted());
    if is_heard(Phase::Init) {
        subject.count();
    }
    announce(&subject, Some(location), data);
    subject
}

/// Tells the hooks of a new resource.
#[inline]
pub(crate) fn announce<D: 'static>(
    subject: &Identity,
    location: Option<&'static Location<'static>>,
    data: impl FnOnce() -> D,
) {
    destroy::relieve();
    emission::init(subject, location, data);
    destroy::settle();
}

/// Runs `f` in the resource's scope, with `frame` in force.
#[inline]
pub(crate) fn run<R>(subject: &Identity, frame: Frame, f: impl FnOnce() -> R) -> R {
    in_context(subject, frame.root_id(), || {
        frame.run_once(|| {
            let _after = Bracket::open(subject);
            f()
        })
    })
}

/// The scope of a resource with a carried frame: made first and entered then, where it stays, as a [`FrameScope`] is.
pub(crate) struct Scope<'a> {
    subject: &'a Identity,
    frame: FrameScope<'a>,
    entered: Option<Entered>,
}

impl<'a> Scope<'a> {
    #[inline]
    pub(crate) fn new(subject: &'a Identity, carried: &'a Carried) -> Self {
        Self {
            subject,
            frame: FrameScope::new(carried),
            entered: None,
        }
    }

    /// Enters it until it goes.
    #[inline(never)]
    pub(crate) fn enter(&mut self) {
        self.entered = Some(enter(self.subject, &mut self.frame));
    }
}

impl Drop for Scope<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        if let Some(entered) = self.entered.take() {
            leave(self.subject, &mut self.frame, entered);
        }
    }
}

/// Enters the scope of a resource. To be followed by [`leave`].
pub(crate) fn enter(subject: &Identity, frame: &mut FrameScope<'_>) -> Entered {
    destroy::relieve();
    let entered = context::enter_in(subject, frame.carried().root_id());
    frame.begin();
    emission::before(subject);
    entered
}

/// Leaves it, and drains what may be drained.
pub(crate) fn leave(subject: &Identity, frame: &mut FrameScope<'_>, entered: Entered) {
    let _settle = Settle; // after the context is left
    let _entered = entered;
    emission::after(subject);
    frame.end();
}

/// Destroys a resource when this goes: after the drop of what it runs, though that should panic.
pub(crate) struct DestroyAtEnd<'a> {
    subject: &'a Identity,
    root: Frame,
}

impl<'a> DestroyAtEnd<'a> {
    pub(crate) fn of(subject: &'a Identity, carried: &Carried) -> Self {
        Self {
            subject,
            root: carried.root_frame(),
        }
    }
}

impl Drop for DestroyAtEnd<'_> {
    fn drop(&mut self) {
        destroy::queue(self.subject, || self.root.clone());
    }
}

/// Drops what is framed, with the resource's context and frame, but without `before` and `after`.
#[inline(never)]
pub(crate) fn clear_framed(subject: &Identity, framed: Pin<&mut (dyn AnyFramed + '_)>) {
    in_context(subject, framed.carried().root_id(), || framed.clear());
}

/// Runs `f` with the ids of a resource of this environment; then drains what may be drained.
#[inline]
pub(crate) fn in_context<R>(subject: &Identity, root: RootId, f: impl FnOnce() -> R) -> R {
    destroy::relieve();
    let _settle = Settle; // after the context is left
    let _entered = context::enter_in(subject, root);
    f()
}

/// Drains what may be drained, at the end of a scope.
struct Settle;

impl Drop for Settle {
    #[inline]
    fn drop(&mut self) {
        destroy::settle();
    }
}

/// Leaves what was dropped inside a stretch though it lies around it.
struct LeaveLate;

impl Drop for LeaveLate {
    #[inline]
    fn drop(&mut self) {
        if context::LATE.get() {
            destroy::settle();
        }
    }
}

/// As [`boundary`], in a context that is caused by a hook if what calls this is.
pub(crate) fn boundary_here<R>(context: Identity, f: impl FnOnce() -> R) -> R {
    boundary(context.muted(context::current().is_muted()), f)
}

/// Runs `f` as a stretch of its own: in this context, without what surrounds it.
pub(crate) fn boundary<R>(context: Identity, f: impl FnOnce() -> R) -> R {
    let _late = LeaveLate; // after the context is left
    let _context = context::boundary(context);
    let _destroys = destroy::boundary();
    f()
}

/// `before` now, `after` at the end, by a panic too.
struct Bracket<'a>(&'a Identity);

impl<'a> Bracket<'a> {
    #[inline]
    fn open(subject: &'a Identity) -> Self {
        emission::before(subject);
        Self(subject)
    }
}

impl Drop for Bracket<'_> {
    #[inline]
    fn drop(&mut self) {
        emission::after(self.0);
    }
}
