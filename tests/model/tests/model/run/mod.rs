//! Runs a program against the real thing.

mod future;
mod hook;
mod shared;

use std::{
    cell::RefCell,
    panic::resume_unwind,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
    thread,
};

use ah::{
    AsyncHook, AsyncResource, ScopeGuard, Snapshot,
    promise_hooks::{self, Stop},
};

use crate::{
    log::{Labels, Path, look, settled},
    program::{AsyncBody, Body, FUEL, Listening, Op, SLOTS},
};
use hook::CALLBACKS;
use shared::{Store, Thrown};

pub(crate) use future::spawn_first;
pub(crate) use shared::{Shared, thrown};

pub(crate) type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;
type Closure = Arc<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct State {
    log: Vec<String>,
    labels: Labels,
    children: usize,
    hooks_made: usize,
    resources: [Option<Arc<AsyncResource>>; SLOTS],
    snapshots: [Option<Arc<Snapshot>>; SLOTS],
    closures: [Option<Closure>; SLOTS],
    hooks: [Option<AsyncHook>; SLOTS],
    promise_hooks: [Option<Stop>; SLOTS],
    futures: [Option<Boxed>; SLOTS],
}

/// One program, or one task.
struct Runner {
    shared: Arc<Shared>,
    path: Path,
    fuel: AtomicU32,
    state: Mutex<State>,
}

thread_local! {
    /// The guards, on the first thread of a program.
    static GUARDS: RefCell<Option<[Option<ScopeGuard>; SLOTS]>> = const { RefCell::new(None) };
}

/// Runs a program and returns what it logs.
///
/// # Panics
///
/// If it left anything behind: a store, or a context.
pub(crate) fn run(program: &Body) -> Vec<String> {
    let shared = Shared::new(|_, _| panic!("not a program of tasks"));
    GUARDS.set(Some(Default::default()));
    shared.env.run(|| {
        let runner = Runner::new(&shared, Path::new(), Labels::none());
        if thrown(|| runner.run(program)) {
            runner.log("panicked");
        }
        runner.look("end");
        runner.drop_all();
        runner.look("all dropped");
        runner.hand_in_log();
    });
    GUARDS.set(None);
    let logs = shared.into_logs();
    logs.into_values().next().expect("there is one")
}

impl Runner {
    fn new(shared: &Arc<Shared>, path: Path, labels: Labels) -> Arc<Self> {
        Arc::new(Self {
            shared: shared.clone(),
            path,
            fuel: AtomicU32::new(FUEL),
            state: Mutex::new(State {
                labels,
                ..State::default()
            }),
        })
    }

    fn hand_in_log(&self) {
        let log = std::mem::take(&mut self.state().log);
        let mut logs = self
            .shared
            .logs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        logs.insert(self.path.clone(), log);
    }

    fn spawn(&self, body: &AsyncBody) {
        let mut path = self.path.clone();
        path.push(self.state().children);
        self.state().children += 1;
        let spawner = Labels::new([ah::execution_async_id().get()]);
        let task = Self::new(&self.shared, path, spawner);
        (self.shared.spawn)(&self.shared, Box::pin(future::run_task(task, body.clone())));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self, line: impl Into<String>) {
        self.state().log.push(line.into());
    }

    fn store(&self, value: u32) -> Store {
        Store {
            value,
            _alive: self.shared.alive.clone(),
        }
    }

    fn get(&self, storage: usize) -> Option<u32> {
        self.shared.storages[storage].with(|store| store.map(|store| store.value))
    }

    fn look(&self, what: &str) {
        let ids = [ah::execution_async_id(), ah::trigger_async_id()];
        let stores = std::array::from_fn(|storage| self.get(storage));
        let mut state = self.state();
        let ids = ids.map(|id| state.labels.of(id.get()));
        state.log.push(look(what, ids, stores));
    }

    fn drop_all(&self) {
        self.fuel.store(0, SeqCst); // no hook makes anything again
        for slot in 0..SLOTS {
            self.drop_slot(slot);
        }
        for slot in 0..SLOTS {
            let gone = self.state().resources[slot].take();
            drop(gone);
            let gone = self.state().snapshots[slot].take();
            drop(gone);
            let gone = self.state().closures[slot].take();
            drop(gone);
            let gone = self.state().hooks[slot].take();
            drop(gone);
            let gone = with_guards(|guards| guards[slot].take());
            drop(gone);
        }
    }

    fn spend(&self) -> bool {
        self.fuel
            .try_update(SeqCst, SeqCst, |left| left.checked_sub(1))
            .is_ok()
    }

    fn resource(&self, slot: usize) -> Option<Arc<AsyncResource>> {
        self.state().resources[slot].clone()
    }

    fn run(self: &Arc<Self>, body: &Body) {
        body.iter().for_each(|op| self.step(op));
    }

    fn step(self: &Arc<Self>, op: &Op) {
        if !self.spend() {
            return;
        }
        match *op {
            Op::Look => self.look("look"),
            Op::Enter(storage, value) => {
                self.shared.storages[storage].enter_with(self.store(value))
            }
            Op::Run(storage, value, ref body) => {
                self.shared.storages[storage].run(self.store(value), || self.run(body));
            }
            Op::Exit(storage, ref body) => self.shared.storages[storage].exit(|| self.run(body)),
            Op::Lend(storage, ref body) => self.shared.storages[storage].with(|store| {
                self.run(body);
                let lent = store.map(|store| store.value);
                self.log(format!("lent {lent:?}"));
            }),
            Op::Disable(storage) => self.shared.storages[storage].disable(),
            Op::Guard(slot, storage, value) => {
                if CALLBACKS.get() == 0 && with_guards(|_| Some(())).is_some() {
                    let new = self.shared.storages[storage].with_scope(self.store(value));
                    drop(with_guards(|guards| guards[slot].replace(new)));
                }
            }
            Op::DropGuard(slot) => {
                if CALLBACKS.get() == 0 {
                    drop(with_guards(|guards| guards[slot].take()));
                }
            }
            Op::Resource {
                slot,
                ty,
                trigger,
                manual,
            } => {
                let mut builder = AsyncResource::builder(ty);
                if let Some(trigger) = trigger.and_then(|slot| self.resource(slot)) {
                    builder = builder.trigger_async_id(trigger.async_id());
                }
                if manual {
                    builder = builder.manual_destroy();
                }
                let new = Arc::new(builder.build().expect("a valid one"));
                let old = self.state().resources[slot].replace(new);
                drop(old);
            }
            Op::RunIn(slot, ref body) => {
                if let Some(resource) = self.resource(slot) {
                    resource.run_in_async_scope(|| self.run(body));
                }
            }
            Op::Destroy(slot) => {
                if let Some(resource) = self.resource(slot) {
                    let destroyed = resource.emit_destroy().is_ok();
                    self.log(format!("destroyed: {destroyed}"));
                }
            }
            Op::DropResource(slot) => {
                let gone = self.state().resources[slot].take();
                drop(gone);
            }
            Op::DefaultTrigger(slot, ref body) => {
                if let Some(id) = self.resource(slot).map(|resource| resource.async_id()) {
                    ah::default_trigger_async_id_scope(id, || self.run(body));
                }
            }
            Op::Snapshot(slot) => {
                let new = Arc::new(ah::snapshot());
                let old = self.state().snapshots[slot].replace(new);
                drop(old);
            }
            Op::RunSnapshot(slot, ref body) => {
                let snapshot = self.state().snapshots[slot].clone();
                if let Some(snapshot) = snapshot {
                    snapshot.run(|| self.run(body));
                }
            }
            Op::Bind(slot, ref body) => {
                let (runner, body) = (Arc::downgrade(self), body.clone());
                let new: Closure = Arc::new(ah::bind!(move || run_if_there(&runner, &body)));
                let old = self.state().closures[slot].replace(new);
                drop(old);
            }
            Op::BindIn(slot, resource, ref body) => {
                if let Some(resource) = self.resource(resource) {
                    let (runner, body) = (Arc::downgrade(self), body.clone());
                    let new: Closure =
                        Arc::new(ah::bind!(resource, move || run_if_there(&runner, &body)));
                    let old = self.state().closures[slot].replace(new);
                    drop(old);
                }
            }
            Op::Call(slot) => {
                let closure = self.state().closures[slot].clone();
                if let Some(closure) = closure {
                    closure();
                }
            }
            Op::Detached(ref body) => ah::detached(|| self.run(body)),
            Op::Hook(slot, enabled, ref listening) => {
                let new = ah::create_hook(self.hook(listening.clone()));
                if enabled {
                    new.enable();
                }
                let old = self.state().hooks[slot].replace(new);
                drop(old);
            }
            Op::EnableHook(slot) => {
                let hook = self.state().hooks[slot].clone();
                hook.iter().for_each(|hook| drop(hook.enable().clone()));
            }
            Op::DisableHook(slot) => {
                let hook = self.state().hooks[slot].clone();
                hook.iter().for_each(|hook| drop(hook.disable().clone()));
            }
            Op::DropHook(slot) => {
                let gone = self.state().hooks[slot].take();
                drop(gone);
            }
            Op::OnSettled(slot, times, ref body) => {
                let hook = self.hook(Listening {
                    phases: [false; 5],
                    only_type: None,
                    promises: true,
                    reentrant: false,
                    reaction: (0, times, body.clone()),
                });
                let new = promise_hooks::on_settled(move |promise, outcome| {
                    let id = promise.async_id().get();
                    hook.call(true, || settled(hook.number, id, outcome));
                });
                let old = self.state().promise_hooks[slot].replace(new);
                drop(old);
            }
            Op::StopSettled(slot) => {
                let stop = self.state().promise_hooks[slot].take();
                stop.into_iter().for_each(Stop::stop);
            }
            Op::Flush => ah::flush_destroys(),
            Op::Panic => resume_unwind(Box::new(Thrown)),
            Op::Catch(ref body) => {
                if thrown(|| self.run(body)) {
                    self.log("caught");
                }
            }
            Op::Thread(ref body) => {
                let ended = ah::thread::scope(|scope| scope.spawn(|| self.run(body)).join());
                if ended.is_err() {
                    self.log("the thread panicked");
                }
            }
            Op::Future(slot, ref wraps, ref body) => {
                let new = self.make_future(wraps, body);
                let old = self.state().futures[slot].replace(new);
                drop(old);
            }
            Op::Poll(slot) => self.poll_slot(slot),
            Op::PollElsewhere(slot) => self.elsewhere(|| self.poll_slot(slot)),
            Op::DropFuture(slot) => self.drop_slot(slot),
            Op::DropElsewhere(slot) => self.elsewhere(|| self.drop_slot(slot)),
            Op::Spawn(ref body) => self.spawn(body),
        }
    }

    /// Runs `f` on a thread to which nothing is carried, in the same environment.
    fn elsewhere(&self, f: impl FnOnce() + Send) {
        let ended = thread::scope(|scope| scope.spawn(|| self.shared.env.run(f)).join());
        ended.unwrap_or_else(|payload| resume_unwind(payload));
    }

    fn poll_slot(&self, slot: usize) {
        let taken = self.state().futures[slot].take();
        let Some(mut future) = taken else { return };
        let mut polled = Poll::Pending;
        let panicked = thrown(|| {
            let mut cx = Context::from_waker(Waker::noop());
            polled = future.as_mut().poll(&mut cx);
        });
        let mut state = self.state();
        let line = match (panicked, polled) {
            (true, _) => "panicked in its poll",
            (false, Poll::Ready(())) => "ready",
            (false, Poll::Pending) if state.futures[slot].is_none() => {
                state.futures[slot] = Some(future);
                return;
            }
            (false, Poll::Pending) => "pending, and replaced",
        };
        drop(state);
        self.log(line);
        drop(future);
    }

    fn drop_slot(&self, slot: usize) {
        let gone = self.state().futures[slot].take();
        drop(gone);
    }
}

fn run_if_there(runner: &Weak<Runner>, body: &Body) {
    if let Some(runner) = runner.upgrade() {
        runner.run(body);
    }
}

/// Runs `f` with the guards, if this thread has them.
fn with_guards<R>(f: impl FnOnce(&mut [Option<ScopeGuard>; SLOTS]) -> Option<R>) -> Option<R> {
    GUARDS.with_borrow_mut(|guards| guards.as_mut().and_then(f))
}
