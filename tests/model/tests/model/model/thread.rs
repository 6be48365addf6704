//! What one thread is doing: who runs, with which stores, and what waits.

use std::{collections::VecDeque, rc::Rc};

use super::{
    frame::{Frame, InForce},
    hooks::{Registration, Subject},
};

/// Who runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub(super) id: u64,
    pub(super) trigger: u64,
    pub(super) muted: bool,
}

pub(super) const ROOT: Running = Running {
    id: 1,
    trigger: 0,
    muted: false,
};
pub(super) const WORKER: Running = Running {
    id: 0,
    trigger: 0,
    muted: false,
};

pub(super) struct Thread {
    /// Frames, the one in force last.
    pub(super) frames: Vec<InForce>,
    /// Contexts, the innermost last.
    pub(super) contexts: Vec<Running>,
    /// How many contexts there were when the innermost task boundary began.
    pub(super) base: usize,
    pub(super) default_trigger: Option<u64>,
    /// Destroys that wait.
    pub(super) queue: VecDeque<Subject>,
    /// So many of them were queued outside of the innermost task boundary.
    pub(super) outside: usize,
    pub(super) draining: bool,
    /// How many emissions are under way.
    pub(super) emissions: u32,
    /// The hooks that the outermost of them began with.
    pub(super) hooks: Option<Rc<[Rc<Registration>]>>,
    /// The first thread of the program has the guards.
    pub(super) first: bool,
}

impl Thread {
    pub(super) fn new(first: bool) -> Self {
        Self {
            frames: vec![InForce::default()],
            contexts: vec![ROOT],
            base: 1,
            default_trigger: None,
            queue: VecDeque::new(),
            outside: 0,
            draining: false,
            emissions: 0,
            hooks: None,
            first,
        }
    }

    pub(super) fn running(&mut self) -> &mut Running {
        self.contexts.last_mut().expect("something runs")
    }

    pub(super) fn in_force(&mut self) -> &mut InForce {
        self.frames.last_mut().expect("a frame is in force")
    }

    pub(super) fn capture(&mut self) -> Frame {
        self.in_force().frame.capture()
    }

    pub(super) fn in_scope(&self) -> bool {
        self.contexts.len() > self.base
    }
}
