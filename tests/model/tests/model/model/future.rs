//! Futures: bodies that go on where they left off, and wrappers with frames of their own.

use ah::{Phase, promise_hooks::Outcome};

use super::{
    Panic, World,
    frame::{Entry, Frame, InForce},
    hooks::Subject,
    thread::WORKER,
};
use crate::program::{AsyncBody, AsyncOp, Wrap, Wraps};

pub(super) enum Future {
    Body(Running),
    Carried(Framed),
    Traced(Subject, Framed),
    InResource(Subject, Framed),
    Task(Subject, Framed),
}

/// The body of a future, and how far it came.
pub(super) struct Running {
    body: AsyncBody,
    at: usize,
    awaited: Awaited,
    /// Ready, panicked or dropped.
    over: bool,
    /// Is it that of a spawned task, which cleans up at its end?
    spawned: bool,
}

enum Awaited {
    Nothing,
    One(Box<Future>),
    /// Those that are not ready.
    Join(Vec<Future>),
    Select(Vec<Future>),
}

/// A future with a frame.
pub(super) struct Framed {
    state: State,
    inner: Box<Future>,
    panicked: bool,
}

enum State {
    /// Not polled yet: the frame of its making, and the entry that goes on top.
    Captured(Frame, Option<Entry>),
    Inline(Frame),
    Apart(Frame),
    /// On top of a frame from elsewhere there is an entry of its own, of a scope in progress.
    ApartScope(Frame),
    Ready,
}

impl Running {
    fn new(body: &AsyncBody, spawned: bool) -> Self {
        Self {
            body: body.clone(),
            at: 0,
            awaited: Awaited::Nothing,
            over: false,
            spawned,
        }
    }
}

impl World {
    pub(super) fn make_future(&mut self, wraps: &Wraps, body: &AsyncBody) -> Future {
        let body = Future::Body(Running::new(body, false));
        wraps
            .iter()
            .fold(body, |inner, wrap| self.wrap(wrap, inner))
    }

    pub(super) fn make_task(&mut self, body: &AsyncBody) -> Future {
        self.wrap(&Wrap::Task, Future::Body(Running::new(body, true)))
    }

    fn wrap(&mut self, wrap: &Wrap, inner: Future) -> Future {
        let framed = |state| Framed {
            state,
            inner: Box::new(inner),
            panicked: false,
        };
        let here = State::Captured(self.thread.capture(), None);
        match *wrap {
            Wrap::Carried => Future::Carried(framed(here)),
            Wrap::Traced(ty) => Future::Traced(self.new_promise(ty), framed(here)),
            Wrap::Scope(..) | Wrap::ExitScope(_) => {
                let entry = match *wrap {
                    Wrap::Scope(storage, value) => self.scope_entry(storage, Some(value)),
                    Wrap::ExitScope(storage) => self.scope_entry(storage, None),
                    _ => unreachable!("one of the two"),
                };
                Future::Carried(framed(State::Captured(self.thread.capture(), Some(entry))))
            }
            Wrap::InResource(slot) => match &self.resources[slot] {
                Some(resource) => Future::InResource(
                    resource.subject,
                    framed(State::Captured(resource.frame.clone(), None)),
                ),
                None => *framed(here).inner,
            },
            Wrap::InSnapshot(slot) => match &self.snapshots[slot] {
                Some(resource) => Future::InResource(
                    resource.subject,
                    framed(State::Apart(resource.frame.clone())),
                ),
                None => *framed(here).inner,
            },
            Wrap::Task => {
                let (subject, frame) = self.announce_resource(ah::TASK, None);
                Future::Task(subject, framed(State::Apart(frame)))
            }
        }
    }

    /// True if it is ready.
    pub(super) fn poll(&mut self, future: &mut Future) -> Result<bool, Panic> {
        match future {
            Future::Body(running) => self.poll_body(running),
            Future::Carried(framed) => self.poll_framed(framed),
            Future::Traced(subject, framed) => {
                if subject.id.is_none() {
                    self.announce_late(subject, framed);
                }
                if subject.id.is_none() {
                    return self.muted_if(subject.muted, |world| world.poll_framed(framed));
                }
                self.poll_in_scope(*subject, framed)
            }
            Future::InResource(subject, framed) => self.poll_in_scope(*subject, framed),
            Future::Task(subject, framed) => {
                self.task_boundary(|world| world.poll_in_scope(*subject, framed))
            }
        }
    }

    pub(super) fn drop_future(&mut self, future: Future) {
        match future {
            Future::Body(running) => self.drop_body(running),
            Future::Carried(framed) => self.drop_framed(framed),
            Future::Traced(subject, framed) if subject.id.is_none() => {
                self.muted_if(subject.muted, |world| world.drop_framed(framed));
            }
            Future::Traced(subject, mut framed) => {
                if !framed.panicked && !matches!(framed.state, State::Ready) {
                    seal(&mut framed);
                    self.in_context(subject, |world| {
                        let tell = |world: &mut Self| world.emit_end(&subject, Outcome::Cancelled);
                        world.in_framed(&mut framed, |world, _| tell(world));
                    });
                }
                self.drop_in_context(subject, framed);
                self.destroy(subject);
            }
            Future::InResource(subject, framed) => self.drop_in_context(subject, framed),
            Future::Task(subject, framed) => {
                if matches!(framed.state, State::Ready) {
                    self.drop_framed(framed);
                } else {
                    self.task_boundary(|world| world.drop_in_context(subject, framed));
                }
                self.destroy(subject);
            }
        }
    }

    fn task_boundary<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        self.in_frame(Frame::default(), |world| world.boundary(WORKER, f))
    }

    fn poll_body(&mut self, running: &mut Running) -> Result<bool, Panic> {
        let polled = self.advance(running);
        if !matches!(polled, Ok(false)) {
            self.end_body(running);
        }
        polled
    }

    fn advance(&mut self, running: &mut Running) -> Result<bool, Panic> {
        loop {
            if !self.poll_awaited(&mut running.awaited)? {
                return Ok(false);
            }
            let Some(op) = running.body.get(running.at).cloned() else {
                return Ok(true);
            };
            running.at += 1;
            if !self.spend() {
                continue;
            }
            match op {
                AsyncOp::Sync(op) => self.step(&op)?,
                AsyncOp::Yield => return Ok(false),
                AsyncOp::Await(wraps, body) => {
                    running.awaited = Awaited::One(Box::new(self.make_future(&wraps, &body)));
                }
                AsyncOp::AwaitSlot(slot) => {
                    if let Some(future) = self.futures[slot].take() {
                        running.awaited = Awaited::One(Box::new(future));
                    }
                }
                AsyncOp::Join(parts) => running.awaited = Awaited::Join(self.make_both(&parts)),
                AsyncOp::Select(parts) => running.awaited = Awaited::Select(self.make_both(&parts)),
            }
        }
    }

    fn make_both(&mut self, parts: &[(Wraps, AsyncBody); 2]) -> Vec<Future> {
        let parts = parts.iter();
        parts
            .map(|(wraps, body)| self.make_future(wraps, body))
            .collect()
    }

    /// True if nothing is left to wait for.
    fn poll_awaited(&mut self, awaited: &mut Awaited) -> Result<bool, Panic> {
        match awaited {
            Awaited::Nothing => return Ok(true),
            Awaited::One(future) => {
                if !self.poll(future)? {
                    return Ok(false);
                }
            }
            Awaited::Join(futures) => {
                let mut at = 0;
                while at < futures.len() {
                    if self.poll(&mut futures[at])? {
                        let ready = futures.remove(at);
                        self.drop_future(ready);
                    } else {
                        at += 1;
                    }
                }
                return Ok(futures.is_empty());
            }
            Awaited::Select(futures) => {
                let mut ready = false;
                for future in futures.iter_mut() {
                    ready = ready || self.poll(future)?;
                }
                if !ready {
                    return Ok(false);
                }
            }
        }
        self.drop_awaited(awaited);
        Ok(true)
    }

    fn drop_awaited(&mut self, awaited: &mut Awaited) {
        match std::mem::replace(awaited, Awaited::Nothing) {
            Awaited::Nothing => (),
            Awaited::One(future) => self.drop_future(*future),
            Awaited::Join(futures) | Awaited::Select(futures) => {
                futures
                    .into_iter()
                    .for_each(|future| self.drop_future(future));
            }
        }
    }

    /// What a body holds looks once more when it goes.
    fn end_body(&mut self, running: &mut Running) {
        if !std::mem::replace(&mut running.over, true) {
            self.drop_awaited(&mut running.awaited);
            self.look("gone");
            if running.spawned {
                self.look("end");
                self.drop_all();
                self.look("all dropped");
            }
        }
    }

    fn drop_body(&mut self, mut running: Running) {
        self.end_body(&mut running);
    }

    fn poll_framed(&mut self, framed: &mut Framed) -> Result<bool, Panic> {
        self.choose_base(framed);
        let polled = self.in_framed(framed, |world, inner| world.poll(inner));
        Self::note_end(framed, &polled);
        polled
    }

    fn poll_in_scope(&mut self, subject: Subject, framed: &mut Framed) -> Result<bool, Panic> {
        let polled = self.in_context(subject, |world| {
            world.choose_base(framed);
            world.in_framed(framed, |world, inner| {
                world.emit(Phase::Before, &subject);
                let polled = world.poll(inner);
                match polled {
                    Ok(true) if subject.promise => {
                        world.emit(Phase::PromiseResolve, &subject);
                        world.emit_end(&subject, Outcome::Ready);
                    }
                    Err(_) if subject.promise => world.emit_end(&subject, Outcome::Panicked),
                    _ => (),
                }
                world.emit(Phase::After, &subject);
                polled
            })
        });
        Self::note_end(framed, &polled);
        polled
    }

    fn note_end(framed: &mut Framed, polled: &Result<bool, Panic>) {
        match polled {
            Ok(true) => framed.state = State::Ready,
            Ok(false) => (),
            Err(_) => framed.panicked = true,
        }
    }

    /// At the first poll that begins when a hook wants it, with the stores of that poll.
    fn announce_late(&mut self, subject: &mut Subject, framed: &mut Framed) {
        self.choose_base(framed);
        self.in_framed(framed, |world, _| world.announce_promise(subject));
    }

    fn drop_in_context(&mut self, subject: Subject, framed: Framed) {
        if matches!(framed.state, State::Ready) {
            return self.drop_framed(framed);
        }
        self.in_context(subject, |world| world.drop_framed(framed));
    }

    fn drop_framed(&mut self, mut framed: Framed) {
        if matches!(framed.state, State::Ready) {
            return self.drop_future(*framed.inner);
        }
        seal(&mut framed);
        let Framed { state, inner, .. } = framed;
        let mut empty = Framed {
            state,
            inner: Box::new(Future::Body(Running::new(&AsyncBody::from([]), false))),
            panicked: false,
        };
        self.in_framed(&mut empty, |world, _| world.drop_future(*inner));
    }

    /// The rule of captures: the frame in force if that is the captured one, or made from it by the scopes in progress
    /// around this poll; else the captured one.
    fn choose_base(&mut self, framed: &mut Framed) {
        let State::Captured(captured, entry) = &framed.state else {
            return;
        };
        let inline = self.thread.in_force().is_made_from(captured);
        let base = if inline {
            self.thread.capture()
        } else {
            captured.clone()
        };
        framed.state = match (entry.clone(), inline) {
            (None, true) => State::Inline(base),
            (None, false) => State::Apart(base),
            (Some(entry), true) => State::Inline(on_top(base, entry)),
            (Some(entry), false) => State::ApartScope(on_top(base, entry)),
        };
    }

    /// Runs `f` in the frame, and keeps the frame as `f` left it.
    fn in_framed<R>(
        &mut self,
        framed: &mut Framed,
        f: impl FnOnce(&mut Self, &mut Future) -> R,
    ) -> R {
        let around = self.thread.in_force().brought;
        let (State::Inline(frame) | State::Apart(frame) | State::ApartScope(frame)) = &framed.state
        else {
            unreachable!("a base is chosen, and it is not ready");
        };
        let brought = match &framed.state {
            State::Inline(frame) => around.min(frame.entries.len()),
            State::ApartScope(frame) => {
                let scope = frame.entries.iter().rposition(|entry| entry.scope);
                scope.unwrap_or(0)
            }
            _ => frame.entries.len(),
        };
        let in_force = InForce {
            frame: frame.clone(),
            hidden: self.hidden_in(frame),
            brought,
        };
        let (left, result) = self.enter(in_force, |world| f(world, &mut framed.inner));
        let (State::Inline(frame) | State::Apart(frame) | State::ApartScope(frame)) =
            &mut framed.state
        else {
            unreachable!("as before");
        };
        *frame = left.frame;
        result
    }
}

/// What was never polled has the frame that it captured.
fn seal(framed: &mut Framed) {
    let state = std::mem::replace(&mut framed.state, State::Ready);
    framed.state = match state {
        State::Captured(frame, None) => State::Apart(frame),
        State::Captured(frame, Some(entry)) => State::ApartScope(on_top(frame, entry)),
        settled => settled,
    };
}

fn on_top(mut frame: Frame, entry: Entry) -> Frame {
    frame.entries.push(entry);
    frame
}
