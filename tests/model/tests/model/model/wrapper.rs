//! The wrappers of futures and streams: each has a frame of its own, and most tell what happens.

use std::rc::Rc;

use async_hooks::{Phase, promise_hooks::Outcome};

use super::{
    Panic, Resource, Shot, World,
    env::Handle,
    frame::{Entry, Frame},
    framed::{Framed, State},
    future::{Ask, Future, Polled},
    life::Subject,
    seen::note_name,
    thread::{ROOT, WORKER},
};
use crate::program::{CLOSE, Function, Wrap, Wraps};

pub(super) struct Wrapper {
    kind: Kind,
    pub(super) framed: Framed,
}

enum Kind {
    Carried,
    Traced(Subject),
    InResource(Subject),
    InEnv(Rc<Handle>),
    Task(Subject),
}

impl World {
    pub(super) fn wrap_all(&mut self, wraps: &Wraps, inner: Future) -> Future {
        wraps
            .iter()
            .fold(inner, |inner, wrap| self.wrap(wrap, inner))
    }

    fn wrap(&mut self, wrap: &Wrap, inner: Future) -> Future {
        note_name("Wrap", wrap);
        match *wrap {
            Wrap::Carried => self.carried(None, inner),
            Wrap::Traced(ty) => self.traced(ty, None, inner),
            Wrap::Function(function) => self.call_function(function, inner),
            Wrap::Scope(storage, value) => {
                let entry = self.scope_entry(storage, Some(value));
                self.carried(Some(entry), inner)
            }
            Wrap::ExitScope(storage) => {
                let entry = self.scope_entry(storage, None);
                self.carried(Some(entry), inner)
            }
            Wrap::InResource(slot, by_async_fn) => match self.resources[slot].clone() {
                Some(resource) => {
                    let wrapped = self.in_resource(&resource, by_async_fn, inner);
                    self.release(Some(resource));
                    wrapped
                }
                None => inner,
            },
            Wrap::InSnapshot(slot) => match self.snapshots[slot].clone() {
                Some(Shot::Here(resource)) => {
                    let frame = State::Apart(resource.frame.clone());
                    let wrapped = wrapped(Kind::InResource(resource.subject), frame, inner);
                    self.release(Some(resource));
                    wrapped
                }
                Some(Shot::Nothing(frame)) => wrapped(Kind::Carried, State::Apart(frame), inner),
                None => inner,
            },
            Wrap::InEnv(slot) => match self.handles[slot].clone() {
                Some(handle) => {
                    let frame = State::Apart(Frame::empty(handle.env));
                    wrapped(Kind::InEnv(handle), frame, inner)
                }
                None => inner,
            },
            Wrap::Task => self.task_of(inner),
        }
    }

    fn carried(&mut self, entry: Option<Entry>, inner: Future) -> Future {
        let frame = State::Captured(self.capture(), entry);
        wrapped(Kind::Carried, frame, inner)
    }

    fn traced(&mut self, ty: &'static str, trigger: Option<u64>, inner: Future) -> Future {
        let frame = State::Captured(self.capture(), None);
        wrapped(Kind::Traced(self.new_promise(ty, trigger)), frame, inner)
    }

    /// A function's future drops what it was called with when it is ready, unless that is the very future.
    fn call_function(&mut self, function: Function, inner: Future) -> Future {
        note_name("Function", &function);
        match function {
            Function::Async => self.traced("A", None, Future::awaiting(inner, None)),
            Function::Caused(slot) => {
                self.traced("A", self.id_of(slot), Future::awaiting(inner, None))
            }
            Function::Opaque => self.traced("B", None, inner),
            Function::Boxed => self.traced("B", None, Future::awaiting(inner, None)),
        }
    }

    fn in_resource(&mut self, resource: &Rc<Resource>, by_async_fn: bool, inner: Future) -> Future {
        let (subject, frame) = (resource.subject, resource.frame.clone());
        let inner = match (resource.of_struct, by_async_fn) {
            (true, true) => Future::awaiting(inner, Some(resource.clone())),
            (true, false) => {
                // the statements that make the future run in the scope, too
                let made = self.run_in_scope(subject, frame.clone(), &[].into());
                assert!(made.is_ok(), "there are none");
                inner
            }
            (false, _) => inner,
        };
        wrapped(
            Kind::InResource(subject),
            State::Captured(frame, None),
            inner,
        )
    }

    pub(super) fn task_of(&mut self, inner: Future) -> Future {
        let (subject, frame) = self.announce_resource(async_hooks::TASK, None);
        wrapped(Kind::Task(subject), State::Apart(frame), inner)
    }

    pub(super) fn poll_wrapper(
        &mut self,
        wrapper: &mut Wrapper,
        ask: Ask,
    ) -> Result<Polled, Panic> {
        let framed = &mut wrapper.framed;
        match &mut wrapper.kind {
            Kind::Carried => self.poll_carried(framed, ask),
            Kind::Traced(subject) => self.poll_traced(subject, framed, ask),
            Kind::InResource(subject) => self.poll_in_scope(subject, framed, ask),
            Kind::InEnv(_) => {
                let polled = self.in_framed(framed, |world, inner| {
                    world.boundary_here(ROOT, |world| world.poll(inner, ask))
                });
                framed.note_end(&polled);
                polled
            }
            Kind::Task(subject) => {
                self.task_boundary(|world| world.poll_in_scope(subject, framed, ask))
            }
        }
    }

    pub(super) fn task_boundary<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let nothing = Frame::empty(self.thread.env());
        self.in_frame(nothing, |world| world.boundary(WORKER, f))
    }

    /// A stream continues when it was closed as a sink.
    fn poll_carried(&mut self, framed: &mut Framed, ask: Ask) -> Result<Polled, Panic> {
        let polled = self.poll_framed(framed, ask);
        if ask == Ask::Poll {
            framed.note_end(&polled);
        }
        polled
    }

    fn poll_traced(
        &mut self,
        subject: &mut Subject,
        framed: &mut Framed,
        ask: Ask,
    ) -> Result<Polled, Panic> {
        if subject.id.is_none() && !framed.is_ready() {
            self.announce_late(subject, framed);
        }
        if subject.id.is_some() {
            return self.poll_in_scope(subject, framed, ask);
        }
        let polled = self.suppressed_if(subject.suppressed, |world| world.poll_framed(framed, ask));
        if ask == Ask::Poll || polled.is_err() {
            framed.note_end(&polled);
        }
        polled
    }

    fn poll_in_scope(
        &mut self,
        subject: &Subject,
        framed: &mut Framed,
        ask: Ask,
    ) -> Result<Polled, Panic> {
        if framed.is_ready() {
            return self.suppressed_if(subject.suppressed, |world| {
                world.poll(&mut framed.inner, ask)
            });
        }
        let polled = self.in_context(*subject, |world| {
            world.choose_base(framed);
            world.in_framed(framed, |world, inner| {
                world.emit(Phase::Before, subject);
                let polled = world.poll(inner, ask);
                match polled {
                    Ok(Polled::Over) if subject.promise && ask == Ask::Poll => {
                        world.emit(Phase::PromiseResolve, subject);
                        world.emit_end(subject, Outcome::Ready);
                    }
                    Err(_) if subject.promise => world.emit_end(subject, Outcome::Panicked),
                    _ => (),
                }
                world.emit(Phase::After, subject);
                polled
            })
        });
        match (ask, &polled) {
            (Ask::Sink(CLOSE), Ok(_)) => framed.closed = true,
            (Ask::Poll, _) | (_, Err(_)) => framed.note_end(&polled),
            _ => (),
        }
        polled
    }

    /// At the first poll that begins when a hook wants it, with the stores of that poll.
    fn announce_late(&mut self, subject: &mut Subject, framed: &mut Framed) {
        self.choose_base(framed);
        self.in_framed(framed, |world, _| world.announce_if_wanted(subject));
    }

    pub(super) fn drop_wrapper(&mut self, wrapper: Wrapper) {
        let Wrapper { kind, mut framed } = wrapper;
        match kind {
            Kind::Carried => self.drop_framed(framed),
            Kind::Traced(subject) if subject.id.is_none() => {
                self.suppressed_if(subject.suppressed, |world| world.drop_framed(framed));
            }
            Kind::Traced(subject) => {
                if !framed.panicked && !framed.is_ready() {
                    framed.seal();
                    self.in_context(subject, |world| {
                        let closed = framed.closed;
                        world.in_framed(&mut framed, |world, _| match closed {
                            true => {
                                world.emit(Phase::PromiseResolve, &subject);
                                world.emit_end(&subject, Outcome::Ready);
                            }
                            false => world.emit_end(&subject, Outcome::Cancelled),
                        });
                    });
                }
                self.drop_in_context(subject, framed);
                self.destroy(subject);
            }
            Kind::InResource(subject) => self.drop_in_context(subject, framed),
            Kind::InEnv(handle) => {
                if framed.is_ready() {
                    self.drop_framed(framed);
                } else {
                    self.boundary_here(ROOT, |world| world.drop_framed(framed));
                }
                self.release_env(Some(handle));
            }
            Kind::Task(subject) => {
                if framed.is_ready() {
                    self.suppressed_if(subject.suppressed, |world| world.drop_framed(framed));
                } else {
                    self.task_boundary(|world| world.drop_in_context(subject, framed));
                }
                self.destroy(subject);
            }
        }
    }

    /// Around the drop of what is not ready there are its ids and its frame, and no events.
    fn drop_in_context(&mut self, subject: Subject, framed: Framed) {
        if framed.is_ready() {
            return self.suppressed_if(subject.suppressed, |world| world.drop_framed(framed));
        }
        self.in_context(subject, |world| world.drop_framed(framed));
    }
}

fn wrapped(kind: Kind, state: State, inner: Future) -> Future {
    Future::Wrapped(Wrapper {
        kind,
        framed: Framed::new(state, inner),
    })
}
