//! What is entered and left: guards and scopes of storages, resources, threads, task boundaries, frames.

use std::{cell::Cell, rc::Rc};

use async_hooks::Phase;

use super::{
    Bound, Closure, Panic, Resource, Shot, World,
    env::FIRST,
    frame::{Current, Entry, Frame, note_ended},
    life::Subject,
    seen::note_name,
    thread::{ROOT, Running, Thread},
};
use crate::program::{Body, Creation, Op, STRUCT};

impl World {
    pub(super) fn guard(&mut self, op: &Op) {
        if self.thread.emissions > 0 || !self.thread.first {
            return;
        }
        let (slot, new) = match *op {
            Op::Guard(slot, storage, value) => {
                let by = self.mark();
                let entry = Entry {
                    ended_by: Some(by),
                    ..self.entry(storage, Some(value))
                };
                self.thread.current().push(entry);
                (slot, Some(by))
            }
            Op::DropGuard(slot) => (slot, None),
            _ => unreachable!("one of the two"),
        };
        let old = std::mem::replace(&mut self.guards[slot], new);
        self.end_guard(old);
    }

    /// Its entry shows no more in any frame that has it, but for what was captured.
    pub(super) fn end_guard(&mut self, by: Option<u64>) {
        if let Some(by) = by {
            note_ended(by);
            self.thread.current();
        }
    }

    /// What the current frame shows, and spawned work inherits.
    pub(super) fn capture(&mut self) -> Frame {
        self.thread.current().frame.capture(&self.epochs)
    }

    pub(super) fn mark(&mut self) -> u64 {
        self.last_mark += 1;
        self.last_mark
    }

    /// An entry without an end.
    pub(super) fn entry(&mut self, storage: usize, value: Option<u32>) -> Entry {
        Entry {
            storage,
            value,
            store: self.mark(),
            epoch: self.epochs[storage],
            ended_by: None,
            scope: false,
        }
    }

    pub(super) fn scope_entry(&mut self, storage: usize, value: Option<u32>) -> Entry {
        let by = self.mark();
        Entry {
            ended_by: Some(by),
            scope: true,
            ..self.entry(storage, value)
        }
    }

    pub(super) fn in_scope_of(
        &mut self,
        storage: usize,
        value: Option<u32>,
        body: &Body,
    ) -> Result<(), Panic> {
        let entry = self.scope_entry(storage, value);
        let by = entry.ended_by.expect("a scope has an end");
        let current = self.thread.current();
        current.push(entry);
        current.scopes.push(by);
        let result = self.run(body);
        let epochs = self.epochs;
        let current = self.thread.current();
        current.end(by, &epochs);
        current.scopes.pop();
        result
    }

    pub(super) fn make_resource(&mut self, made: &Creation) -> Option<Rc<Resource>> {
        note_name("Creation", made);
        Some(match *made {
            Creation::Built(ty, trigger, manual) => {
                let trigger = trigger.and_then(|slot| self.id_of(slot));
                self.new_resource(ty, trigger, manual, false)
            }
            Creation::Struct => self.new_resource(STRUCT, None, false, true),
            Creation::CloneOf(slot) => {
                let original = self.resources[slot].clone();
                let original = original.filter(|original| original.of_struct)?;
                let clone = self.new_resource(STRUCT, original.subject.id, false, true);
                self.release(Some(original));
                clone
            }
        })
    }

    /// The id of the resource in a slot.
    pub(super) fn id_of(&self, slot: usize) -> Option<u64> {
        self.resources[slot].as_ref()?.subject.id
    }

    pub(super) fn new_bound(&mut self) -> Rc<Resource> {
        self.new_resource(async_hooks::BOUND_ANONYMOUS_FN, None, false, false)
    }

    fn new_resource(
        &mut self,
        ty: &'static str,
        trigger: Option<u64>,
        manual: bool,
        of_struct: bool,
    ) -> Rc<Resource> {
        let (subject, frame) = self.announce_resource(ty, trigger);
        Rc::new(Resource {
            subject,
            frame,
            manual,
            of_struct,
            destroyed: Cell::new(false),
        })
    }

    /// Lets go of a resource: the last one to do so destroys it.
    pub(super) fn release(&mut self, resource: Option<Rc<Resource>>) {
        let Some(resource) = resource.and_then(Rc::into_inner) else {
            return;
        };
        if resource.of_struct {
            self.look("struct gone");
        }
        if !resource.manual && !resource.destroyed.get() {
            self.destroy(resource.subject);
        }
    }

    pub(super) fn release_shot(&mut self, shot: Option<Shot>) {
        if let Some(Shot::Here(resource)) = shot {
            self.release(Some(resource));
        }
    }

    pub(super) fn release_closure(&mut self, closure: Option<Closure>) {
        if let Some(Bound::Here(resource)) = closure.map(|closure| closure.bound) {
            self.release(Some(resource));
        }
    }

    /// A closure that is called once is taken for that.
    pub(super) fn call(&mut self, slot: usize) -> Result<(), Panic> {
        let once = self.closures[slot]
            .as_ref()
            .is_some_and(|closure| closure.once);
        let taken = if once {
            self.closures[slot].take()
        } else {
            None
        };
        let Some(Closure { bound, body, .. }) = taken.or_else(|| self.closures[slot].clone())
        else {
            return Ok(());
        };
        match bound {
            Bound::Here(resource) => self.run_in_resource(resource, &body),
            Bound::In(subject, frame) => self.run_in_scope(subject, frame, &body),
        }
    }

    /// A function with `#[traced]` is a resource for as long as it runs, if a hook wants it. It has no frame of its own.
    pub(super) fn run_traced(
        &mut self,
        ty: &'static str,
        trigger: Option<u64>,
        body: &Body,
    ) -> Result<(), Panic> {
        let mut subject = self.made_here(ty, trigger);
        self.announce_if_wanted(&mut subject);
        if subject.id.is_none() {
            return self.run(body);
        }
        let result = self.as_running(subject, |world| world.bracketed(&subject, body));
        self.destroy(subject); // delivered with those that waited for its end
        self.settle();
        result
    }

    pub(super) fn run_in_resource(
        &mut self,
        resource: Rc<Resource>,
        body: &Body,
    ) -> Result<(), Panic> {
        let (subject, frame) = (resource.subject, resource.frame.clone());
        let result = self.run_in_scope(subject, frame, body);
        self.release(Some(resource));
        result
    }

    pub(super) fn run_in_scope(
        &mut self,
        subject: Subject,
        frame: Frame,
        body: &Body,
    ) -> Result<(), Panic> {
        self.in_context(subject, |world| {
            let frame = world.thread.current().complete(frame);
            world.in_frame(frame, |world| world.bracketed(&subject, body))
        })
    }

    pub(super) fn bracketed(&mut self, subject: &Subject, body: &Body) -> Result<(), Panic> {
        self.emit(Phase::Before, subject);
        let result = self.run(body);
        self.emit(Phase::After, subject);
        result
    }

    pub(super) fn run_thread(&mut self, body: &Body) {
        let (subject, frame) = self.announce_resource(async_hooks::thread::THREAD, None);
        let result = self.elsewhere(|world| {
            world.boundary(ROOT, |world| {
                let result = world.run_in_scope(subject, frame, body);
                world.destroy(subject);
                result
            })
        });
        if result.is_err() {
            self.log.push("the thread panicked".into());
        }
    }

    /// Runs `f` on another thread.
    pub(super) fn elsewhere<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let here = std::mem::replace(&mut self.thread, Thread::new(FIRST, false));
        let result = f(self);
        self.drain();
        self.thread = here;
        result
    }

    /// Runs `f` with the ids of a resource; then delivers the destroys that waited for its end.
    pub(super) fn in_context<R>(&mut self, subject: Subject, f: impl FnOnce(&mut Self) -> R) -> R {
        let result = self.as_running(subject, f);
        self.settle();
        result
    }

    /// Runs `f` with the ids of a resource, and leaves what `f` entered manually.
    fn as_running<R>(&mut self, subject: Subject, f: impl FnOnce(&mut Self) -> R) -> R {
        let outside = self.thread.contexts.len();
        let mut running = subject.running();
        running.suppressed |= self.thread.running().suppressed;
        self.thread.contexts.push(running);
        let result = f(self);
        self.thread.contexts.truncate(outside);
        result
    }

    /// Runs `f`, suppressed or not. That is no scope.
    pub(super) fn suppressed_if<R>(
        &mut self,
        suppressed: bool,
        f: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let outer = self.thread.suppressed;
        self.thread.suppressed = outer || suppressed;
        let result = f(self);
        self.thread.suppressed = outer;
        result
    }

    /// Runs `f` as a task of its own.
    pub(super) fn boundary<R>(&mut self, running: Running, f: impl FnOnce(&mut Self) -> R) -> R {
        let env = self.thread.env();
        let thread = &mut self.thread;
        let outside = thread.contexts.len();
        thread.contexts.push(Running { env, ..running });
        let (base, default_trigger) = (thread.base, thread.default_trigger);
        let (suppressed, waiting) = (thread.suppressed, thread.outside);
        thread.base = thread.contexts.len();
        (thread.default_trigger, thread.suppressed) = (None, false);
        thread.outside = thread.queue.len();
        let result = f(self);
        self.drain();
        let thread = &mut self.thread;
        (thread.base, thread.default_trigger) = (base, default_trigger);
        (thread.suppressed, thread.outside) = (suppressed, waiting);
        thread.contexts.truncate(outside);
        result
    }

    /// Runs `f` with exactly this frame as the current one.
    pub(super) fn in_frame<R>(&mut self, frame: Frame, f: impl FnOnce(&mut Self) -> R) -> R {
        let current = Current {
            frame,
            scopes: Vec::new(),
        };
        self.enter(current, f).1
    }

    pub(super) fn enter<R>(
        &mut self,
        current: Current,
        f: impl FnOnce(&mut Self) -> R,
    ) -> (Current, R) {
        self.thread.frames.push(current);
        let result = f(self);
        (self.thread.frames.pop().expect("it was entered"), result)
    }
}
