//! Hooks, and how events reach them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use async_hooks::{Phase, promise_hooks::Outcome};

use super::{Panic, World, life::Subject, seen::note};
use crate::{
    log,
    program::{Body, Event, Listening, OF_PROMISES, PHASES},
};

/// Enabled hooks.
pub(super) type List = Rc<[Rc<Registration>]>;

pub(super) struct Hook {
    number: usize,
    /// What it listens to if it is a promise hook, which receives futures alone.
    of_promises: Option<Event>,
    listening: Listening,
    /// How often it still reacts; always, if nobody counts.
    reactions: Cell<Option<u32>>,
    /// Where it was created.
    env: usize,
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
            && (self.hook.of_promises.is_none() || subject.promise)
            && (reentrant || !subject.suppressed)
            && only_type.is_none_or(|ty| ty == subject.ty)
    }

    pub(super) fn hears(&self, event: Event) -> bool {
        if let Some(heard) = self.hook.of_promises {
            return event == heard;
        }
        let at = PHASES.iter().position(|phase| Event::Of(*phase) == event);
        at.is_some_and(|at| self.hook.listening.phases[at])
    }

    pub(super) fn wants_any(&self, subject: &Subject) -> bool {
        let of_futures = [Event::Of(Phase::PromiseResolve), Event::Settled];
        let mut heard = PHASES
            .into_iter()
            .map(Event::Of)
            .chain([Event::Settled])
            .filter(|event| self.hears(*event));
        self.wants(subject) && heard.any(|event| subject.promise || !of_futures.contains(&event))
    }

    fn reacts_to(&self, event: Event) -> bool {
        let phase = PHASES[self.hook.listening.reaction.0];
        self.hook.of_promises.is_some() || Event::Of(phase) == event
    }
}

impl World {
    pub(super) fn new_hook(&mut self, listening: Listening) -> Rc<Hook> {
        self.hooks_made += 1;
        Rc::new(Hook {
            number: self.hooks_made,
            of_promises: None,
            reactions: Cell::new(Some(listening.reaction.1)),
            listening,
            env: self.thread.env(),
            registration: RefCell::default(),
        })
    }

    /// A promise hook is enabled when it is created.
    pub(super) fn new_promise_hook(&mut self, phase: usize, times: u32, body: &Body) -> Rc<Hook> {
        self.hooks_made += 1;
        let hook = Rc::new(Hook {
            number: self.hooks_made,
            of_promises: Some(OF_PROMISES[phase]),
            reactions: Cell::new(Some(times)),
            listening: Listening::of_promises(times, body),
            env: self.thread.env(),
            registration: RefCell::default(),
        });
        self.enable(&hook);
        hook
    }

    /// A hook that reacts every time.
    pub(super) fn listen_always(&mut self, listening: Listening) {
        let hook = self.new_hook(listening);
        hook.reactions.set(None);
        self.enable(&hook);
    }

    /// A hook that receives everything and logs nothing.
    pub(super) fn listen_silently(&mut self) {
        let hook = Hook {
            number: 0,
            of_promises: None,
            reactions: Cell::new(Some(0)),
            listening: Listening {
                phases: [true; 5],
                only_type: None,
                promises: true,
                reentrant: true,
                reaction: (0, 0, [].into()),
            },
            env: self.thread.env(),
            registration: RefCell::default(),
        };
        self.enable(&Rc::new(hook));
    }

    pub(super) fn enable(&mut self, hook: &Rc<Hook>) {
        let mut registration = hook.registration.borrow_mut();
        if registration.as_ref().is_some_and(|old| !old.ended.get()) {
            return;
        }
        let env = &mut self.envs[hook.env];
        let new = Rc::new(Registration {
            hook: hook.clone(),
            ended: Cell::new(env.closed),
            dead: Cell::new(false),
        });
        if !env.closed {
            env.enabled = env.enabled.iter().cloned().chain([new.clone()]).collect();
        }
        *registration = Some(new);
    }

    pub(super) fn is_enabled(&self, hook: &Hook) -> bool {
        let registration = hook.registration.borrow();
        registration
            .as_ref()
            .is_some_and(|registration| !registration.ended.get())
    }

    pub(super) fn disable(&mut self, hook: &Hook) {
        if let Some(registration) = hook.registration.take() {
            self.end_registration(&registration);
        }
    }

    pub(super) fn end_registration(&mut self, gone: &Rc<Registration>) {
        gone.ended.set(true);
        let env = &mut self.envs[gone.hook.env];
        let left = env.enabled.iter().filter(|other| !Rc::ptr_eq(other, gone));
        env.enabled = left.cloned().collect();
    }

    pub(super) fn hooks_enabled(&mut self) -> bool {
        self.with_hooks(|_, list| !list.is_empty())
    }

    /// Runs `f` with the list that the outermost emission of this thread in this environment began with.
    pub(super) fn with_hooks<R>(
        &mut self,
        f: impl FnOnce(&mut Self, &[Rc<Registration>]) -> R,
    ) -> R {
        let env = self.thread.env();
        let begun = self.thread.hooks.iter().find(|(of, _)| *of == env);
        if let Some((_, list)) = begun {
            let list = list.clone();
            return f(self, &list);
        }
        let list = self.enabled_in(env);
        self.thread.hooks.push((env, list.clone()));
        let result = f(self, &list);
        self.thread.hooks.pop();
        result
    }

    pub(super) fn emit(&mut self, phase: Phase, subject: &Subject) {
        self.emit_with(Event::Of(phase), subject, None);
    }

    /// Delivers to promise hooks how a future ended.
    pub(super) fn emit_end(&mut self, subject: &Subject, outcome: Outcome) {
        self.emit_with(Event::Settled, subject, Some(outcome));
    }

    fn emit_with(&mut self, event: Event, subject: &Subject, outcome: Option<Outcome>) {
        self.with_hooks(|world, list| {
            world.thread.emissions += 1;
            for registration in list {
                if registration.hears(event) && registration.wants(subject) {
                    world.call_back(registration, event, subject, outcome);
                }
            }
            world.thread.emissions -= 1;
        });
    }

    /// A callback: suppressed, contained, and everything is afterwards as it was before.
    fn call_back(
        &mut self,
        registration: &Rc<Registration>,
        event: Event,
        subject: &Subject,
        outcome: Option<Outcome>,
    ) {
        if self.thread.emissions > 1 {
            note("a hook is called in a callback");
        }
        let thread = &mut self.thread;
        let (suppressed, contexts) = (thread.suppressed, thread.contexts.len());
        let (base, default_trigger) = (thread.base, thread.default_trigger);
        let current = thread.current().clone();
        thread.suppressed = true;
        thread.base = contexts;
        let panicked = self.hear(registration, event, subject, outcome).is_err();
        let thread = &mut self.thread;
        thread.contexts.truncate(contexts);
        *thread.current() = current;
        thread.suppressed = suppressed;
        (thread.base, thread.default_trigger) = (base, default_trigger);
        if panicked {
            note("a hook panics");
            registration.dead.set(true);
            self.end_registration(registration);
        }
    }

    fn hear(
        &mut self,
        registration: &Registration,
        event: Event,
        subject: &Subject,
        outcome: Option<Outcome>,
    ) -> Result<(), Panic> {
        let hook = &registration.hook;
        if hook.number == 0 {
            return Ok(());
        }
        let line = self.told(hook, event, subject, outcome);
        self.look(&line);
        let (_, _, body) = &hook.listening.reaction;
        match hook.reactions.get() {
            _ if !registration.reacts_to(event) => Ok(()),
            Some(0) => Ok(()),
            Some(left) => {
                hook.reactions.set(Some(left - 1));
                self.run(body)
            }
            None => {
                let _contained = self.run(body);
                Ok(())
            }
        }
    }

    /// What a hook logs.
    fn told(
        &mut self,
        hook: &Hook,
        event: Event,
        subject: &Subject,
        outcome: Option<Outcome>,
    ) -> String {
        let id = self.labels.of(subject.id());
        let trigger = |world: &mut Self| world.labels.of(subject.trigger);
        if hook.of_promises.is_some() {
            let parent = subject.made_by_promise.then(|| trigger(self));
            return log::promise(hook.number, event, id, parent, outcome);
        }
        let made = (event == Event::Of(Phase::Init)).then(|| (subject.ty, trigger(self)));
        log::event(hook.number, event, id, made)
    }
}
