//! What DESIGN.md, sections 4 and 5, says that a program does: with plain lists, no sharing and no laziness.
//!
//! A panic is an `Err` here, and everything that a guard does in the engine is a line after the call.

mod frame;
mod future;
mod hooks;
mod scope;
mod thread;

use std::{cell::Cell, rc::Rc};

use crate::{
    log::{Labels, Logs, Path, look},
    program::{AsyncBody, Body, DEFAULTS, FUEL, Op, SLOTS, STORAGES},
};
use frame::Frame;
use future::Future;
use hooks::{Hook, Registration, Subject};
use thread::Thread;

/// What unwinds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Panic;

struct Resource {
    subject: Subject,
    frame: Frame,
    manual: bool,
    destroyed: Cell<bool>,
}

#[derive(Clone)]
enum Closure {
    Here(Rc<Resource>, Body),
    In(Subject, Frame, Body),
}

/// One program, or one task, and all that it made.
struct World {
    log: Vec<String>,
    labels: Labels,
    /// The tasks that this one spawned, with those that they spawned.
    tasks: Logs,
    path: Path,
    children: usize,
    fuel: u32,
    last_id: u64,
    last_mark: u64,
    epochs: [u32; STORAGES],
    hooks_made: usize,
    enabled: Rc<[Rc<Registration>]>,
    thread: Thread,
    resources: [Option<Rc<Resource>>; SLOTS],
    snapshots: [Option<Rc<Resource>>; SLOTS],
    closures: [Option<Closure>; SLOTS],
    hooks: [Option<Rc<Hook>>; SLOTS],
    promise_hooks: [Option<Rc<Hook>>; SLOTS],
    futures: [Option<Future>; SLOTS],
    guards: [Option<u64>; SLOTS],
}

/// Runs a program and returns what it logs.
pub(crate) fn run(program: &Body) -> Vec<String> {
    let mut world = World::new(Thread::new(true), Labels::none());
    if world.run(program).is_err() {
        world.log.push("panicked".into());
    }
    world.look("end");
    world.drop_all();
    world.look("all dropped");
    world.log
}

/// Runs a task and all that it spawns, and returns what each logs.
pub(crate) fn run_tasks(body: &AsyncBody) -> Logs {
    let mut world = World::new(Thread::new(false), Labels::new([]));
    world.listen_silently();
    world.spawn(body);
    world.tasks
}

impl World {
    fn new(thread: Thread, labels: Labels) -> Self {
        Self {
            log: Vec::new(),
            labels,
            tasks: Logs::new(),
            path: Path::new(),
            children: 0,
            fuel: FUEL,
            last_id: 1,
            last_mark: 0,
            epochs: [0; STORAGES],
            hooks_made: 0,
            enabled: Rc::new([]),
            thread,
            resources: Default::default(),
            snapshots: Default::default(),
            closures: Default::default(),
            hooks: Default::default(),
            promise_hooks: Default::default(),
            futures: Default::default(),
            guards: Default::default(),
        }
    }

    /// A task shares nothing with others: it may as well run to its end at once.
    fn spawn(&mut self, body: &AsyncBody) {
        let mut path = self.path.clone();
        path.push(self.children);
        self.children += 1;
        let spawner = self.thread.running().id;
        let mut task = self.make_task(body);
        let mut world = Self::new(Thread::new(false), Labels::new([spawner]));
        world.path = path;
        world.enabled = self.enabled.clone();
        (world.last_id, world.last_mark) = (self.last_id, self.last_mark);
        let panicked = loop {
            match world.poll(&mut task) {
                Ok(false) => (),
                Ok(true) => break false,
                Err(Panic) => break true,
            }
        };
        world.drop_future(task);
        if panicked {
            world.log.push("panicked".into());
        }
        self.tasks.append(&mut world.tasks);
        self.tasks.insert(world.path, world.log);
    }

    fn drop_all(&mut self) {
        self.fuel = 0; // no hook makes anything again
        for slot in 0..SLOTS {
            let future = self.futures[slot].take();
            future
                .into_iter()
                .for_each(|future| self.drop_future(future));
        }
        for slot in 0..SLOTS {
            let gone = self.resources[slot].take();
            self.release(gone);
            let gone = self.snapshots[slot].take();
            self.release(gone);
            let gone = self.closures[slot].take();
            self.release_closure(gone);
            let gone = self.guards[slot].take();
            self.end_guard(gone);
        }
    }

    fn spend(&mut self) -> bool {
        let left = self.fuel > 0;
        self.fuel -= u32::from(left);
        left
    }

    fn look(&mut self, what: &str) {
        let running = *self.thread.running();
        let stores = std::array::from_fn(|storage| self.get(storage));
        let ids = [running.id, running.trigger].map(|id| self.labels.of(id));
        self.log.push(look(what, ids, stores));
    }

    fn get(&mut self, storage: usize) -> Option<u32> {
        let in_force = self.thread.frames.last().expect("a frame is in force");
        match in_force.frame.find(storage, self.epochs[storage]) {
            Some(entry) if !in_force.hidden.contains(&entry.store) => entry.value,
            _ => DEFAULTS[storage],
        }
    }

    fn run(&mut self, body: &Body) -> Result<(), Panic> {
        body.iter().try_for_each(|op| self.step(op))
    }

    fn step(&mut self, op: &Op) -> Result<(), Panic> {
        if !self.spend() {
            return Ok(());
        }
        match *op {
            Op::Look => self.look("look"),
            Op::Enter(storage, value) => {
                let entry = self.entry(storage, Some(value));
                self.thread.in_force().enter(entry);
            }
            Op::Run(storage, value, ref body) => {
                return self.in_scope_of(storage, Some(value), body);
            }
            Op::Exit(storage, ref body) => return self.in_scope_of(storage, None, body),
            Op::Lend(storage, ref body) => {
                let lent = self.get(storage);
                self.run(body)?;
                self.log.push(format!("lent {lent:?}"));
            }
            Op::Disable(storage) => self.epochs[storage] += 1,
            Op::Guard(..) | Op::DropGuard(_) => self.guard(op),
            Op::Resource {
                slot,
                ty,
                trigger,
                manual,
            } => {
                let trigger = trigger.and_then(|slot| self.resources[slot].as_ref());
                let trigger = trigger.and_then(|resource| resource.subject.id);
                let new = self.new_resource(ty, trigger, manual);
                let old = self.resources[slot].replace(new);
                self.release(old);
            }
            Op::RunIn(slot, ref body) => {
                if let Some(resource) = self.resources[slot].clone() {
                    return self.run_in_resource(resource, body);
                }
            }
            Op::Destroy(slot) => {
                if let Some(resource) = self.resources[slot].clone() {
                    let again = resource.destroyed.replace(true);
                    if !again {
                        self.destroy(resource.subject);
                    }
                    self.log.push(format!("destroyed: {}", !again));
                    self.release(Some(resource));
                }
            }
            Op::DropResource(slot) => {
                let gone = self.resources[slot].take();
                self.release(gone);
            }
            Op::DefaultTrigger(slot, ref body) => {
                if let Some(resource) = &self.resources[slot] {
                    let id = resource.subject.id;
                    let outer = std::mem::replace(&mut self.thread.default_trigger, id);
                    let result = self.run(body);
                    self.thread.default_trigger = outer;
                    return result;
                }
            }
            Op::Snapshot(slot) => {
                let new = self.new_resource(ah::BOUND_ANONYMOUS_FN, None, false);
                let old = self.snapshots[slot].replace(new);
                self.release(old);
            }
            Op::RunSnapshot(slot, ref body) => {
                if let Some(snapshot) = self.snapshots[slot].clone() {
                    return self.run_in_resource(snapshot, body);
                }
            }
            Op::Bind(slot, ref body) => {
                let here = self.new_resource(ah::BOUND_ANONYMOUS_FN, None, false);
                let old = self.closures[slot].replace(Closure::Here(here, body.clone()));
                self.release_closure(old);
            }
            Op::BindIn(slot, resource, ref body) => {
                if let Some(resource) = self.resources[resource].clone() {
                    let (subject, frame) = (resource.subject, resource.frame.clone());
                    let new = Closure::In(subject, frame, body.clone());
                    let old = self.closures[slot].replace(new);
                    self.release_closure(old);
                    self.release(Some(resource));
                }
            }
            Op::Call(slot) => match self.closures[slot].clone() {
                Some(Closure::Here(resource, body)) => {
                    return self.run_in_resource(resource, &body);
                }
                Some(Closure::In(subject, frame, body)) => {
                    return self.run_in_scope(subject, frame, &body);
                }
                None => (),
            },
            Op::Detached(ref body) => {
                return self.in_frame(Frame::default(), |world| world.run(body));
            }
            Op::Hook(slot, enabled, ref listening) => {
                let hook = self.new_hook(listening.clone());
                if enabled {
                    self.enable(&hook);
                }
                self.hooks[slot] = Some(hook);
            }
            Op::EnableHook(slot) => {
                if let Some(hook) = self.hooks[slot].clone() {
                    self.enable(&hook);
                }
            }
            Op::DisableHook(slot) => {
                if let Some(hook) = self.hooks[slot].clone() {
                    self.disable(&hook);
                }
            }
            Op::DropHook(slot) => self.hooks[slot] = None,
            Op::OnSettled(slot, times, ref body) => {
                self.promise_hooks[slot] = Some(self.new_promise_hook(times, body));
            }
            Op::StopSettled(slot) => {
                if let Some(hook) = self.promise_hooks[slot].take() {
                    self.disable(&hook);
                }
            }
            Op::Flush => self.drain(),
            Op::Panic => return Err(Panic),
            Op::Catch(ref body) => {
                if self.run(body).is_err() {
                    self.log.push("caught".into());
                }
            }
            Op::Thread(ref body) => self.run_thread(body),
            Op::Future(slot, ref wraps, ref body) => {
                let new = self.make_future(wraps, body);
                let old = self.futures[slot].replace(new);
                old.into_iter().for_each(|old| self.drop_future(old));
            }
            Op::Poll(slot) => self.poll_slot(slot),
            Op::PollElsewhere(slot) => self.elsewhere(|world| world.poll_slot(slot)),
            Op::DropFuture(slot) => self.drop_slot(slot),
            Op::DropElsewhere(slot) => self.elsewhere(|world| world.drop_slot(slot)),
            Op::Spawn(ref body) => self.spawn(body),
        }
        Ok(())
    }

    fn poll_slot(&mut self, slot: usize) {
        let Some(mut future) = self.futures[slot].take() else {
            return;
        };
        match self.poll(&mut future) {
            Ok(false) if self.futures[slot].is_none() => {
                self.futures[slot] = Some(future);
                return;
            }
            Ok(false) => self.log.push("pending, and replaced".into()),
            Ok(true) => self.log.push("ready".into()),
            Err(Panic) => self.log.push("panicked in its poll".into()),
        }
        self.drop_future(future);
    }

    fn drop_slot(&mut self, slot: usize) {
        let gone = self.futures[slot].take();
        gone.into_iter().for_each(|gone| self.drop_future(gone));
    }
}
