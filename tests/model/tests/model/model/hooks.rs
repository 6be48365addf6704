//! Hooks, and how events reach them; and destroys, which wait.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use ah::{Phase, promise_hooks::Outcome};

use super::{
    World,
    frame::Frame,
    thread::{Running, WORKER},
};
use crate::{
    log::{event, settled},
    program::{Body, Listening, PHASES},
};

/// Who events are about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    /// None for a future that no hook wanted yet.
    pub(super) id: Option<u64>,
    pub(super) trigger: u64,
    pub(super) ty: &'static str,
    pub(super) promise: bool,
    pub(super) muted: bool,
}

impl Subject {
    pub(super) fn running(self) -> Running {
        Running {
            id: self.id.expect("it has an id"),
            trigger: self.trigger,
            muted: self.muted,
        }
    }
}

pub(super) struct Hook {
    number: usize,
    /// Is it a promise hook, which hears how futures ended?
    hears_ends: bool,
    listening: Listening,
    reactions: Cell<u32>,
    registration: RefCell<Option<Rc<Registration>>>,
}

/// One enabling of a hook.
pub(super) struct Registration {
    hook: Rc<Hook>,
    ended: Cell<bool>,
    dead: Cell<bool>,
}

impl Registration {
    fn wants(&self, subject: &Subject) -> bool {
        let Listening {
            only_type,
            promises,
            reentrant,
            ..
        } = self.hook.listening;
        !self.dead.get()
            && (promises || !subject.promise)
            && (reentrant || !subject.muted)
            && only_type.is_none_or(|ty| ty == subject.ty)
    }

    fn hears(&self, phase: Phase) -> bool {
        if phase == Phase::Settled {
            return self.hook.hears_ends;
        }
        let at = PHASES.iter().position(|other| *other == phase);
        at.is_some_and(|at| self.hook.listening.phases[at])
    }

    fn wants_any(&self, subject: &Subject) -> bool {
        (self.hook.hears_ends || self.hook.listening.phases.contains(&true)) && self.wants(subject)
    }
}

impl World {
    pub(super) fn new_hook(&mut self, listening: Listening) -> Rc<Hook> {
        self.hooks_made += 1;
        Rc::new(Hook {
            number: self.hooks_made,
            hears_ends: false,
            reactions: Cell::new(listening.reaction.1),
            listening,
            registration: RefCell::default(),
        })
    }

    /// A promise hook is enabled when it is made.
    pub(super) fn new_promise_hook(&mut self, times: u32, body: &Body) -> Rc<Hook> {
        self.hooks_made += 1;
        let hook = Rc::new(Hook {
            number: self.hooks_made,
            hears_ends: true,
            reactions: Cell::new(times),
            listening: Listening {
                phases: [false; 5],
                only_type: None,
                promises: true,
                reentrant: false,
                reaction: (0, times, body.clone()),
            },
            registration: RefCell::default(),
        });
        self.enable(&hook);
        hook
    }

    /// A hook that hears everything and tells nothing.
    pub(super) fn listen_silently(&mut self) {
        let hook = Hook {
            number: 0,
            hears_ends: false,
            reactions: Cell::new(0),
            listening: Listening {
                phases: [true; 5],
                only_type: None,
                promises: true,
                reentrant: true,
                reaction: (0, 0, [].into()),
            },
            registration: RefCell::default(),
        };
        self.enable(&Rc::new(hook));
    }

    pub(super) fn enable(&mut self, hook: &Rc<Hook>) {
        let mut registration = hook.registration.borrow_mut();
        if registration.as_ref().is_some_and(|old| !old.ended.get()) {
            return;
        }
        let new = Rc::new(Registration {
            hook: hook.clone(),
            ended: Cell::new(false),
            dead: Cell::new(false),
        });
        self.enabled = self.enabled.iter().cloned().chain([new.clone()]).collect();
        *registration = Some(new);
    }

    pub(super) fn disable(&mut self, hook: &Hook) {
        if let Some(registration) = hook.registration.take() {
            self.end_registration(&registration);
        }
    }

    fn end_registration(&mut self, gone: &Rc<Registration>) {
        gone.ended.set(true);
        let left = self.enabled.iter().filter(|other| !Rc::ptr_eq(other, gone));
        self.enabled = left.cloned().collect();
    }

    /// Runs `f` with the list that the outermost emission of this thread began with.
    fn with_hooks<R>(&mut self, f: impl FnOnce(&mut Self, &[Rc<Registration>]) -> R) -> R {
        let outer = self.thread.hooks.clone();
        let list = outer.clone().unwrap_or_else(|| self.enabled.clone());
        self.thread.hooks = Some(list.clone());
        let result = f(self, &list);
        self.thread.hooks = outer;
        result
    }

    pub(super) fn emit(&mut self, phase: Phase, subject: &Subject) {
        self.emit_with(phase, subject, None);
    }

    /// Tells promise hooks how a future ended.
    pub(super) fn emit_end(&mut self, subject: &Subject, outcome: Outcome) {
        self.emit_with(Phase::Settled, subject, Some(outcome));
    }

    fn emit_with(&mut self, phase: Phase, subject: &Subject, outcome: Option<Outcome>) {
        self.with_hooks(|world, list| {
            world.thread.emissions += 1;
            for registration in list {
                if registration.hears(phase) && registration.wants(subject) {
                    world.call_back(registration, phase, subject, outcome);
                }
            }
            world.thread.emissions -= 1;
        });
    }

    /// A callback: muted, contained, and everything is afterwards as it was before.
    fn call_back(
        &mut self,
        registration: &Rc<Registration>,
        phase: Phase,
        subject: &Subject,
        outcome: Option<Outcome>,
    ) {
        let thread = &mut self.thread;
        let (running, contexts) = (*thread.running(), thread.contexts.len());
        let (base, default_trigger) = (thread.base, thread.default_trigger);
        let in_force = thread.in_force().clone();
        thread.running().muted = true;
        thread.base = contexts;
        let panicked = self
            .hear(&registration.hook, phase, subject, outcome)
            .is_err();
        let thread = &mut self.thread;
        assert_eq!(thread.contexts.len(), contexts);
        *thread.in_force() = in_force;
        *thread.running() = running;
        (thread.base, thread.default_trigger) = (base, default_trigger);
        if panicked {
            registration.dead.set(true);
            self.end_registration(registration);
        }
    }

    fn hear(
        &mut self,
        hook: &Hook,
        phase: Phase,
        subject: &Subject,
        outcome: Option<Outcome>,
    ) -> Result<(), super::Panic> {
        if hook.number == 0 {
            return Ok(());
        }
        let made = (phase == Phase::Init).then_some((subject.ty, subject.trigger));
        let id = subject.running().id;
        let line = match outcome {
            Some(outcome) => settled(hook.number, id, outcome),
            None => event(hook.number, phase, id, made),
        };
        self.look(&line);
        let (on, _, body) = &hook.listening.reaction;
        if (outcome.is_none() && PHASES[*on] != phase) || hook.reactions.get() == 0 {
            return Ok(());
        }
        hook.reactions.set(hook.reactions.get() - 1);
        self.run(body)
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn trigger(&mut self) -> u64 {
        let running = self.thread.running().id;
        self.thread.default_trigger.unwrap_or(running)
    }

    /// Makes and announces a resource; its frame is captured first.
    pub(super) fn announce_resource(
        &mut self,
        ty: &'static str,
        trigger: Option<u64>,
    ) -> (Subject, Frame) {
        let frame = self.thread.capture();
        let trigger = trigger.unwrap_or_else(|| self.trigger());
        let subject = Subject {
            id: Some(self.next_id()),
            trigger,
            ty,
            promise: false,
            muted: self.thread.running().muted,
        };
        self.emit(Phase::Init, &subject);
        self.settle();
        (subject, frame)
    }

    /// A tracked future: it gets an id only if a hook wants it.
    pub(super) fn new_promise(&mut self, ty: &'static str) -> Subject {
        let mut subject = Subject {
            id: None,
            trigger: self.trigger(),
            ty,
            promise: true,
            muted: self.thread.running().muted,
        };
        self.announce_promise(&mut subject);
        subject
    }

    pub(super) fn announce_promise(&mut self, subject: &mut Subject) {
        self.with_hooks(|world, list| {
            if list
                .iter()
                .any(|registration| registration.wants_any(subject))
            {
                subject.id = Some(world.next_id());
                world.emit(Phase::Init, subject);
            }
        });
        self.settle();
    }

    /// A destroy: told at once in no scope, else later. Nobody waits for it if no enabled hook listens.
    pub(super) fn destroy(&mut self, subject: Subject) {
        if self.enabled.iter().any(|other| other.hears(Phase::Destroy)) {
            self.thread.queue.push_back(subject);
            self.settle();
        }
    }

    /// Tells what waits, if this thread is in no scope.
    pub(super) fn settle(&mut self) {
        if !self.thread.in_scope() {
            self.drain();
        }
    }

    pub(super) fn drain(&mut self) {
        if self.thread.draining || self.thread.emissions > 0 {
            return;
        }
        while self.thread.queue.len() > self.thread.outside {
            let at = self.thread.outside;
            let subject = self.thread.queue.remove(at).expect("it waits");
            self.thread.draining = true;
            self.in_frame(Frame::default(), |world| {
                world.boundary(WORKER, |world| world.emit(Phase::Destroy, &subject));
            });
            self.thread.draining = false;
        }
    }
}
