//! What DESIGN.md, sections 4 and 5, says that a program does: with plain lists, no sharing and no laziness.
//!
//! A panic is an `Err` here, and everything that a guard does in the engine is a line after the call.

mod env;
mod frame;
mod framed;
mod future;
mod hooks;
mod life;
mod manual;
mod scope;
mod seen;
mod step;
mod tasks;
mod thread;
mod wrapper;

use std::{cell::Cell, collections::HashMap, rc::Rc};

use crate::{
    log::{Labels, Logs, Path, Turn, look, look_around},
    program::{Alone, AsyncBody, Body, DEFAULTS, FUEL, SLOTS, STORAGES},
};
use env::{Environment, FIRST, Handle};
use frame::Frame;
use future::Future;
use hooks::Hook;
use life::Subject;
use manual::Task;
pub(crate) use seen::seen_in;
use tasks::Tasks;
use thread::Thread;

/// What unwinds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Panic;

struct Resource {
    subject: Subject,
    frame: Frame,
    manual: bool,
    /// Of a struct, which looks when it is dropped.
    of_struct: bool,
    destroyed: Cell<bool>,
}

/// A snapshot.
#[derive(Clone)]
enum Shot {
    Here(Rc<Resource>),
    Nothing(Frame),
}

#[derive(Clone)]
struct Closure {
    bound: Bound,
    once: bool,
    body: Body,
}

#[derive(Clone)]
enum Bound {
    Here(Rc<Resource>),
    In(Subject, Frame),
}

/// One program, or one task that shares nothing, and all that it created.
struct World {
    log: Vec<String>,
    labels: Labels,
    tasks: Tasks,
    path: Path,
    children: usize,
    fuel: u32,
    last_mark: u64,
    epochs: [u32; STORAGES],
    hooks_made: usize,
    envs: Vec<Environment>,
    /// Values that are kept with resources, by environment and id.
    extensions: HashMap<(usize, u64), u32>,
    thread: Thread,
    resources: [Option<Rc<Resource>>; SLOTS],
    snapshots: [Option<Shot>; SLOTS],
    closures: [Option<Closure>; SLOTS],
    hooks: [Option<Rc<Hook>>; SLOTS],
    promise_hooks: [Option<Rc<Hook>>; SLOTS],
    futures: [Option<Future>; SLOTS],
    guards: [Option<u64>; SLOTS],
    handles: [Option<Rc<Handle>>; SLOTS],
    /// Ids with their triggers.
    ids: [Option<(u64, u64)>; SLOTS],
    manual_tasks: [Option<Task>; SLOTS],
}

/// Runs a program and returns what it logs.
pub(crate) fn run(program: &Body) -> Vec<String> {
    let mut world = World::new(Thread::new(FIRST, true), Tasks::None, Labels::none());
    if world.run(program).is_err() {
        world.log.push("panicked".into());
    }
    world.end()
}

/// Runs a task and all that it spawns, in the order in which an executor gave them their turns, and returns what they log.
pub(crate) fn run_together(body: &AsyncBody, turns: &[Turn]) -> Vec<String> {
    let tasks = Tasks::Together(Vec::new());
    let mut world = World::new(Thread::new(FIRST, true), tasks, Labels::none());
    world.spawn(body);
    turns.iter().for_each(|turn| world.turn(*turn));
    world.end()
}

/// Runs a task and all that it spawns, and returns what each logs.
pub(crate) fn run_alone(program: &Alone) -> Logs {
    let tasks = Tasks::Alone(Logs::new());
    let mut world = World::new(Thread::new(FIRST, false), tasks, Labels::new([]));
    world.listen_silently();
    for listening in &program.hooks {
        world.listen_always(listening.clone());
    }
    world.spawn(&program.body);
    world.drop_all(); // what hooks made when they received the task
    world.into_logs()
}

impl World {
    fn new(thread: Thread, tasks: Tasks, labels: Labels) -> Self {
        frame::forget_ended();
        Self {
            log: Vec::new(),
            labels,
            tasks,
            path: Path::new(),
            children: 0,
            fuel: FUEL,
            last_mark: 0,
            epochs: [0; STORAGES],
            hooks_made: 0,
            envs: vec![Environment::new()],
            extensions: HashMap::new(),
            thread,
            resources: Default::default(),
            snapshots: Default::default(),
            closures: Default::default(),
            hooks: Default::default(),
            promise_hooks: Default::default(),
            futures: Default::default(),
            guards: Default::default(),
            handles: Default::default(),
            ids: Default::default(),
            manual_tasks: Default::default(),
        }
    }

    fn end(mut self) -> Vec<String> {
        self.look("end");
        self.drop_all();
        self.look("all dropped");
        self.log
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
            self.release_shot(gone);
            let gone = self.closures[slot].take();
            self.release_closure(gone);
            let gone = self.manual_tasks[slot].take();
            self.drop_task(gone);
            let gone = self.handles[slot].take();
            self.release_env(gone);
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
        let running = self.thread.running();
        let stores = std::array::from_fn(|storage| self.get(storage));
        let ids = [running.id, running.trigger].map(|id| self.labels.of(id));
        self.log.push(look(what, ids, stores));
    }

    /// A look at everything.
    fn look_around(&mut self) {
        self.look("look");
        let running = self.thread.running();
        let extension = self.extensions.get(&(running.env, running.id)).copied();
        let line = look_around(extension, self.hooks_enabled());
        self.log.push(line);
    }

    fn log_enabled(&mut self, hook: &Hook) {
        let enabled = self.is_enabled(hook);
        self.log.push(format!("enabled: {enabled}"));
    }

    fn get(&mut self, storage: usize) -> Option<u32> {
        let current = self.thread.current();
        match current.frame.find(storage, self.epochs[storage]) {
            Some(entry) => entry.value,
            _ => DEFAULTS[storage],
        }
    }
}
