//! The bodies of futures and streams, which go on where they left off.

use std::rc::Rc;

use super::{
    Panic, Resource, World,
    seen::{note, note_name},
    wrapper::Wrapper,
};
use crate::program::{AsyncBody, AsyncOp, CLOSE, Sinks, Wraps};

pub(super) enum Future {
    Body(Running),
    Wrapped(Wrapper),
}

/// The body of a future or stream, and how far it came.
pub(super) struct Running {
    body: AsyncBody,
    at: usize,
    awaited: Awaited,
    polled: bool,
    /// Not dropped, nor at its end.
    open: bool,
    kind: Kind,
}

enum Kind {
    /// Looks once more when it goes.
    Plain,
    /// Of a task that shares nothing, which cleans up at its end.
    Alone,
    /// A stream that is a sink, too.
    Channel(Sinks),
    /// Of a function, which only waits for what it was called with, and keeps what it was called on.
    Function(Option<Rc<Resource>>),
}

enum Awaited {
    Nothing,
    One(Box<Future>),
    /// Those that are not ready.
    Join(Vec<Future>),
    Select(Vec<Future>),
}

/// What is asked of a future, stream or sink.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Ask {
    Poll,
    Sink(usize),
}

/// What comes of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Polled {
    Pending,
    /// Of a stream an item; a sink did it.
    Item,
    /// Ready, at its end, closed.
    Over,
}

impl Future {
    fn body(body: &AsyncBody, awaited: Awaited, kind: Kind) -> Self {
        Self::Body(Running {
            body: body.clone(),
            at: 0,
            awaited,
            polled: false,
            open: true,
            kind,
        })
    }

    /// The future of a function that was called with `inner`.
    pub(super) fn awaiting(inner: Self, on: Option<Rc<Resource>>) -> Self {
        Self::body(
            &[].into(),
            Awaited::One(Box::new(inner)),
            Kind::Function(on),
        )
    }

    pub(super) fn nothing() -> Self {
        Self::body(&[].into(), Awaited::Nothing, Kind::Function(None))
    }

    fn innermost(&self) -> &Running {
        match self {
            Self::Body(running) => running,
            Self::Wrapped(wrapper) => wrapper.framed.inner.innermost(),
        }
    }

    pub(super) fn is_channel(&self) -> bool {
        matches!(self.innermost().kind, Kind::Channel(_))
    }

    pub(super) fn is_polled(&self) -> bool {
        self.innermost().polled
    }

    pub(super) fn is_open(&self) -> bool {
        self.innermost().open
    }
}

impl World {
    pub(super) fn make_future(&mut self, wraps: &Wraps, body: &AsyncBody) -> Future {
        let body = Future::body(body, Awaited::Nothing, Kind::Plain);
        self.wrap_all(wraps, body)
    }

    pub(super) fn make_channel(
        &mut self,
        wraps: &Wraps,
        body: &AsyncBody,
        sinks: &Sinks,
    ) -> Future {
        let kind = Kind::Channel(sinks.clone());
        let body = Future::body(body, Awaited::Nothing, kind);
        self.wrap_all(wraps, body)
    }

    pub(super) fn make_alone(&mut self, body: &AsyncBody) -> Future {
        self.task_of(Future::body(body, Awaited::Nothing, Kind::Alone))
    }

    pub(super) fn poll(&mut self, future: &mut Future, ask: Ask) -> Result<Polled, Panic> {
        match (future, ask) {
            (Future::Wrapped(wrapper), _) => self.poll_wrapper(wrapper, ask),
            (Future::Body(running), Ask::Poll) => self.poll_body(running),
            (Future::Body(running), Ask::Sink(which)) => {
                let Kind::Channel(sinks) = &running.kind else {
                    unreachable!("no sink");
                };
                self.run(&sinks[which].clone())?;
                Ok(if which == CLOSE {
                    Polled::Over
                } else {
                    Polled::Item
                })
            }
        }
    }

    pub(super) fn drop_future(&mut self, future: Future) {
        match future {
            Future::Body(mut running) => {
                if running.open {
                    note(match running.polled {
                        true => "a future is dropped half-polled",
                        false => "a future is dropped unpolled",
                    });
                }
                self.end_body(&mut running);
            }
            Future::Wrapped(wrapper) => self.drop_wrapper(wrapper),
        }
    }

    fn poll_body(&mut self, running: &mut Running) -> Result<Polled, Panic> {
        if !running.open {
            return Ok(Polled::Over); // a stream that is asked again
        }
        running.polled = true;
        let polled = self.advance(running);
        if polled.is_err() {
            note("a future panics");
        }
        if !matches!(polled, Ok(Polled::Pending | Polled::Item)) {
            self.end_body(running);
        }
        polled
    }

    fn advance(&mut self, running: &mut Running) -> Result<Polled, Panic> {
        loop {
            if !self.poll_awaited(&mut running.awaited)? {
                return Ok(Polled::Pending);
            }
            let Some(op) = running.body.get(running.at).cloned() else {
                return Ok(Polled::Over);
            };
            running.at += 1;
            if !self.spend() {
                continue;
            }
            note_name("AsyncOp", &op);
            match op {
                AsyncOp::Sync(op) => self.step(&op)?,
                AsyncOp::Yield => return Ok(Polled::Pending),
                AsyncOp::Item if matches!(running.kind, Kind::Channel(_)) => {
                    return Ok(Polled::Item);
                }
                AsyncOp::Item => (),
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
            Awaited::One(future) => loop {
                match self.poll(future, Ask::Poll)? {
                    Polled::Pending => return Ok(false),
                    Polled::Item => self.log.push("item".into()),
                    Polled::Over => break,
                }
            },
            Awaited::Join(futures) => {
                let mut at = 0;
                while at < futures.len() {
                    if self.is_over(&mut futures[at])? {
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
                    ready = ready || self.is_over(future)?;
                }
                if !ready {
                    return Ok(false);
                }
                for future in futures.iter() {
                    note(match (future.is_open(), future.is_polled()) {
                        (true, true) => "select! cancels a future half-polled",
                        (true, false) => "select! cancels a future unpolled",
                        (false, _) => "a future wins in select!",
                    });
                }
            }
        }
        self.drop_awaited(awaited);
        Ok(true)
    }

    fn is_over(&mut self, future: &mut Future) -> Result<bool, Panic> {
        Ok(self.poll(future, Ask::Poll)? == Polled::Over)
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

    fn end_body(&mut self, running: &mut Running) {
        if !std::mem::replace(&mut running.open, false) {
            return;
        }
        if let (Kind::Function(on), false) = (&mut running.kind, running.polled) {
            let on = on.take(); // arguments that never became variables go in the order in which they came
            self.release(on);
        }
        self.drop_awaited(&mut running.awaited);
        match &mut running.kind {
            Kind::Function(on) => {
                let on = on.take();
                self.release(on);
            }
            Kind::Plain | Kind::Channel(_) => self.look("gone"),
            Kind::Alone => {
                self.look("gone");
                self.look("end");
                self.drop_all();
                self.look("all dropped");
            }
        }
    }
}
