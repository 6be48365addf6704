//! The life of resources and futures: ids, announcements, and destroys, which wait.

use async_hooks::Phase;

use super::{
    World,
    frame::Frame,
    thread::{ROOT, Running, WORKER},
};
use crate::program::Event;

/// The resource that events are about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    /// None for a future that no hook wanted yet.
    pub(super) id: Option<u64>,
    pub(super) trigger: u64,
    pub(super) ty: &'static str,
    pub(super) promise: bool,
    /// A future that was created in the poll of another one.
    pub(super) made_by_promise: bool,
    pub(super) suppressed: bool,
    pub(super) env: usize,
}

impl Subject {
    pub(super) fn id(&self) -> u64 {
        self.id.expect("it has an id")
    }

    pub(super) fn running(self) -> Running {
        Running {
            id: self.id(),
            trigger: self.trigger,
            suppressed: self.suppressed,
            promise: self.promise,
            env: self.env,
            ..ROOT
        }
    }
}

impl World {
    pub(super) fn next_id(&mut self) -> u64 {
        let env = self.thread.env();
        let last = &mut self.envs[env].last_id;
        *last += 1;
        *last
    }

    /// What is created here, without an id as yet.
    pub(super) fn made_here(&mut self, ty: &'static str, trigger: Option<u64>) -> Subject {
        let running = self.thread.running();
        let trigger = trigger.or(self.thread.default_trigger);
        Subject {
            id: None,
            trigger: trigger.unwrap_or(running.id),
            ty,
            promise: false,
            made_by_promise: trigger.is_none() && running.promise,
            suppressed: running.suppressed,
            env: running.env,
        }
    }

    /// Creates and announces a resource; its frame is captured first.
    pub(super) fn announce_resource(
        &mut self,
        ty: &'static str,
        trigger: Option<u64>,
    ) -> (Subject, Frame) {
        let frame = self.capture();
        let mut subject = self.made_here(ty, trigger);
        subject.id = Some(self.next_id());
        self.emit(Phase::Init, &subject);
        self.settle();
        (subject, frame)
    }

    /// A tracked future: it gets an id only if a hook wants it.
    pub(super) fn new_promise(&mut self, ty: &'static str, trigger: Option<u64>) -> Subject {
        let mut subject = Subject {
            promise: true,
            ..self.made_here(ty, trigger)
        };
        self.announce_if_wanted(&mut subject);
        subject
    }

    /// Gives it an id and announces it, if a hook wants it.
    pub(super) fn announce_if_wanted(&mut self, subject: &mut Subject) {
        self.with_hooks(|world, list| {
            if list.iter().any(|hook| hook.wants_any(subject)) {
                subject.id = Some(world.next_id());
                world.emit(Phase::Init, subject);
            }
        });
        self.settle();
    }

    /// A destroy: delivered at once in no scope, else later. Nobody waits for it if no enabled hook listens.
    pub(super) fn destroy(&mut self, subject: Subject) {
        self.extensions.remove(&(subject.env, subject.id()));
        let enabled = self.enabled_in(subject.env);
        if enabled
            .iter()
            .any(|hook| hook.hears(Event::Of(Phase::Destroy)))
        {
            self.thread.queue.push_back(subject);
            self.settle();
        }
    }

    /// Delivers what waits, if this thread is in no scope.
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
            self.in_frame(Frame::empty(subject.env), |world| {
                world.boundary(WORKER, |world| world.emit(Phase::Destroy, &subject));
            });
            self.thread.draining = false;
        }
    }
}
