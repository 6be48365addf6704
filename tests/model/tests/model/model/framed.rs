//! Frames that futures carry from poll to poll, and the rule by which they choose the one that they begin with.

use super::{
    Panic, World,
    frame::{Current, Entry, Frame},
    future::{Ask, Future, Polled},
    seen::note,
};

/// A future with a frame.
pub(super) struct Framed {
    state: State,
    pub(super) inner: Box<Future>,
    pub(super) panicked: bool,
    /// As a sink: that is no end, as it may be a stream, too.
    pub(super) closed: bool,
}

pub(super) enum State {
    /// Not polled yet: the frame of its making, and the entry that goes on top.
    Captured(Frame, Option<Entry>),
    Inline(Frame),
    /// On top of what was current there is an entry of its own, of a scope in progress.
    InlineScope(Frame),
    Apart(Frame),
    /// On top of a frame from elsewhere there is such an entry.
    ApartScope(Frame),
    Ready,
}

impl State {
    /// The frame, when a base is chosen.
    fn frame(&mut self) -> &mut Frame {
        match self {
            Self::Inline(frame)
            | Self::InlineScope(frame)
            | Self::Apart(frame)
            | Self::ApartScope(frame) => frame,
            Self::Captured(..) | Self::Ready => unreachable!("it has no frame of its own"),
        }
    }
}

impl Framed {
    pub(super) fn new(state: State, inner: Future) -> Self {
        Self {
            state,
            inner: Box::new(inner),
            panicked: false,
            closed: false,
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self.state, State::Ready)
    }

    /// What was never polled has the frame that it captured.
    pub(super) fn seal(&mut self) {
        let state = std::mem::replace(&mut self.state, State::Ready);
        self.state = match state {
            State::Captured(frame, None) => State::Apart(frame),
            State::Captured(frame, Some(entry)) => State::ApartScope(on_top(frame, entry)),
            settled => settled,
        };
    }

    pub(super) fn note_end(&mut self, polled: &Result<Polled, Panic>) {
        match polled {
            Ok(Polled::Over) => self.state = State::Ready,
            Ok(_) => (),
            Err(_) => self.panicked = true,
        }
    }
}

fn on_top(mut frame: Frame, entry: Entry) -> Frame {
    frame.entries.push(entry);
    frame
}

impl World {
    /// After its end a wrapper is as good as what it wraps.
    pub(super) fn poll_framed(&mut self, framed: &mut Framed, ask: Ask) -> Result<Polled, Panic> {
        if framed.is_ready() {
            return self.poll(&mut framed.inner, ask);
        }
        self.choose_base(framed);
        self.in_framed(framed, |world, inner| world.poll(inner, ask))
    }

    pub(super) fn drop_framed(&mut self, mut framed: Framed) {
        if framed.is_ready() {
            return self.drop_future(*framed.inner);
        }
        framed.seal();
        let inner = std::mem::replace(&mut *framed.inner, Future::nothing());
        self.in_framed(&mut framed, |world, _| world.drop_future(inner));
    }

    /// The rule of captures: the current frame if that is the captured one, or if a scope in progress around this poll was
    /// entered on it; else the captured one.
    pub(super) fn choose_base(&mut self, framed: &mut Framed) {
        let State::Captured(captured, entry) = &framed.state else {
            return;
        };
        if captured.env != self.thread.env() {
            note("a future of one environment is polled in another");
        }
        let found = self.thread.current().find_captured(captured).is_some();
        let base = if found {
            self.thread.current().frame.clone()
        } else {
            captured.clone()
        };
        framed.state = match (entry.clone(), found) {
            (None, true) => State::Inline(base),
            (None, false) => State::Apart(base),
            (Some(entry), true) => State::InlineScope(on_top(base, entry)),
            (Some(entry), false) => State::ApartScope(on_top(base, entry)),
        };
    }

    /// Runs `f` in the frame, and keeps the frame as `f` left it.
    pub(super) fn in_framed<R>(
        &mut self,
        framed: &mut Framed,
        f: impl FnOnce(&mut Self, &mut Future) -> R,
    ) -> R {
        let around = self.thread.current().scopes.clone();
        let frame = framed.state.frame().clone();
        let own = frame.entries.iter().rfind(|entry| entry.scope);
        let own = own.and_then(|entry| entry.ended_by);
        let scopes = match &framed.state {
            State::Inline(_) => around,
            State::InlineScope(_) => around.into_iter().chain(own).collect(),
            State::ApartScope(_) => own.into_iter().collect(),
            _ => Vec::new(),
        };
        let current = Current { frame, scopes };
        let (left, result) = self.enter(current, |world| f(world, &mut framed.inner));
        *framed.state.frame() = left.frame;
        result
    }
}
