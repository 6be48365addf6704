//! The life of a resource, the same for every kind of resource.

use std::{mem::ManuallyDrop, panic::Location, pin::Pin};

use super::{
    bracket::{Bracket, Settle},
    destroy_queue,
    emission::emit,
};
use crate::{
    context::{
        current,
        scope::{self, Entered},
    },
    environment::world::Environment,
    event::heard::is_heard,
    event::phase::Phase,
    frame::{AnyFramed, Carried, Frame, FrameScope, InNothing, RootId},
    id::AsyncId,
    identity::Identity,
};

/// Takes an id for a new resource of the current environment and announces it. The caller has captured the frame.
#[inline]
pub(crate) fn begin<D: 'static>(
    trigger: Option<AsyncId>,
    ty: &'static str,
    location: &'static Location<'static>,
    data: impl FnOnce() -> D,
) -> Identity {
    let id = Environment::with_current(Environment::next_id);
    let trigger = trigger.unwrap_or_else(current::trigger);
    let subject =
        Identity::resource(id, trigger, ty).suppressed(current::current().is_suppressed());
    if is_heard(Phase::Init) {
        // in words: the identity stays in registers until it is written to its place; to move it soon after a write
        // took longer than all the rest
        let [word, trigger] = subject.to_words();
        let word = announced(word, trigger, ty, location, data);
        return subject.with_words([word, trigger]);
    }
    subject
}

#[inline(never)]
fn announced<D: 'static>(
    word: u64,
    trigger: u64,
    ty: &'static str,
    location: &'static Location<'static>,
    data: impl FnOnce() -> D,
) -> u64 {
    let mut subject =
        Identity::resource(AsyncId::NONE, AsyncId::NONE, ty).with_words([word, trigger]);
    subject.count();
    announce(&subject, Some(location), data);
    subject.to_words()[0]
}

/// Delivers a new resource to the hooks.
#[inline]
pub(crate) fn announce<D: 'static>(
    subject: &Identity,
    location: Option<&'static Location<'static>>,
    data: impl FnOnce() -> D,
) {
    destroy_queue::relieve();
    emit::init(subject, location, data);
    destroy_queue::settle();
}

/// Runs `f` in the resource's scope, with `frame` current.
#[inline]
pub(crate) fn run<R>(subject: &Identity, frame: Frame, f: impl FnOnce() -> R) -> R {
    in_context(subject, frame.root_id(), || {
        frame.run_once(|| {
            let _after = Bracket::open(subject);
            f()
        })
    })
}

/// The scope of a resource with a carried frame: created first and entered then, where it stays, as a [`FrameScope`]
/// is.
pub(crate) struct Scope<'a> {
    subject: &'a Identity,
    frame: FrameScope<'a>,
    entered: Option<ManuallyDrop<Entered>>,
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

    /// Enters it until it is dropped.
    #[inline(never)]
    pub(crate) fn enter(&mut self) {
        self.entered = Some(ManuallyDrop::new(enter(self.subject, &mut self.frame)));
    }
}

impl Drop for Scope<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        if let Some(entered) = &self.entered {
            leave(self.subject, &mut self.frame, entered);
        }
    }
}

/// Enters the scope of a resource. To be followed by [`leave`].
fn enter(subject: &Identity, frame: &mut FrameScope<'_>) -> Entered {
    destroy_queue::relieve();
    let entered = scope::enter_in(subject, frame.carried().root_id());
    frame.begin();
    emit::before(subject);
    entered
}

/// Leaves it, and drains what may be drained. `entered` is not to be dropped.
fn leave(subject: &Identity, frame: &mut FrameScope<'_>, entered: &Entered) {
    emit::after(subject);
    let _settle = Settle; // after the context is left, though what the frame held should panic
    let _leave = Leave(entered);
    frame.end();
}

/// Leaves a context where it was entered.
struct Leave<'a>(&'a Entered);

impl Drop for Leave<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// The scope of a future around one of its polls.
pub(crate) struct PollOf<'a> {
    entered: ManuallyDrop<Entered>,
    /// Where there is no frame to be swapped.
    nothing: ManuallyDrop<Option<InNothing<'a>>>,
}

impl<'a> PollOf<'a> {
    /// Enters it. To be followed by [`leave`](Self::leave).
    #[inline]
    pub(crate) fn enter(subject: &Identity, frame: &mut FrameScope<'a>) -> Self {
        destroy_queue::relieve();
        let carried = frame.carried();
        let entered = scope::enter_in(subject, carried.root_id());
        let nothing = InNothing::begin(carried);
        if nothing.is_none() {
            frame.begin();
        }
        emit::before(subject);
        Self {
            entered: ManuallyDrop::new(entered),
            nothing: ManuallyDrop::new(nothing),
        }
    }

    /// Leaves it where it is, with the events of its end, and drains what may be drained.
    #[inline]
    pub(crate) fn leave(&mut self, frame: &mut FrameScope<'_>, tell: impl FnOnce()) {
        tell();
        let _settle = Settle; // after the context is left, though what the frame held should panic
        let _leave = Leave(&self.entered);
        match self.nothing.take() {
            Some(nothing) => nothing.end(false),
            None => frame.end(),
        }
    }
}

/// Destroys a resource when this is dropped: after the drop of what it runs, though that should panic.
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
        destroy_queue::queue(self.subject, || self.root.clone());
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
    destroy_queue::relieve();
    let _settle = Settle; // after the context is left
    let _entered = scope::enter_in(subject, root);
    f()
}
