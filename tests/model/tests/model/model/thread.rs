//! What one thread is doing: the context that runs, with which stores, and what waits.

use std::collections::VecDeque;

use super::{
    env::GLOBAL,
    frame::{Current, Frame},
    hooks::List,
    life::Subject,
};

/// The context that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub(super) id: u64,
    pub(super) trigger: u64,
    pub(super) suppressed: bool,
    /// Whether it is a tracked future.
    pub(super) promise: bool,
    /// Entered manually, and to be left manually.
    pub(super) manual: bool,
    /// The environment that it runs in.
    pub(super) env: usize,
}

pub(super) const ROOT: Running = Running {
    id: 1,
    trigger: 0,
    suppressed: false,
    promise: false,
    manual: false,
    env: GLOBAL,
};
pub(super) const WORKER: Running = Running { id: 0, ..ROOT };

pub(super) struct Thread {
    /// Frames, the current one last.
    pub(super) frames: Vec<Current>,
    /// Contexts, the innermost last.
    pub(super) contexts: Vec<Running>,
    /// How many contexts there were when the innermost task boundary began.
    pub(super) base: usize,
    pub(super) default_trigger: Option<u64>,
    /// In a callback of a hook, or in something that a hook caused, beside what contexts say of that.
    pub(super) suppressed: bool,
    /// Destroys that wait.
    pub(super) queue: VecDeque<Subject>,
    /// So many of them were queued outside of the innermost task boundary.
    pub(super) outside: usize,
    pub(super) draining: bool,
    /// How many emissions are under way.
    pub(super) emissions: u32,
    /// The hooks that the outermost of them began with, by environment.
    pub(super) hooks: Vec<(usize, List)>,
    /// The first thread of the program has the guards.
    pub(super) first: bool,
}

impl Thread {
    /// A thread in the root of this environment.
    pub(super) fn new(env: usize, first: bool) -> Self {
        Self {
            frames: vec![Current::of(Frame::empty(env))],
            contexts: vec![Running { env, ..ROOT }],
            base: 1,
            default_trigger: None,
            suppressed: false,
            queue: VecDeque::new(),
            outside: 0,
            draining: false,
            emissions: 0,
            hooks: Vec::new(),
            first,
        }
    }

    /// The context that runs. Where an environment was entered by something without an id, that is its root.
    pub(super) fn running(&self) -> Running {
        let innermost = *self.contexts.last().expect("something runs");
        let env = self.env();
        let who = if innermost.env == env {
            innermost
        } else {
            ROOT
        };
        let suppressed = innermost.suppressed || self.suppressed;
        Running {
            suppressed,
            env,
            ..who
        }
    }

    /// The current frame, without what has ended.
    pub(super) fn current(&mut self) -> &mut Current {
        let current = self.frames.last_mut().expect("a frame is current");
        current.tidy();
        current
    }

    /// The environment of the current frame.
    pub(super) fn env(&self) -> usize {
        self.frames.last().expect("a frame is current").frame.env
    }

    pub(super) fn in_scope(&self) -> bool {
        self.contexts.len() > self.base
    }
}
