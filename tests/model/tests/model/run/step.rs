//! What each operation does.

use std::{
    panic::resume_unwind,
    sync::{Arc, Weak},
    task::{Context, Waker},
    thread,
};

use async_hooks::promise_hooks::Stop;

use super::{
    CALLBACKS, Closure, Runner,
    attributes::{self, AnyResource},
    channel::Slot,
    is_first_thread,
    shared::{Thrown, thrown},
    with_guards,
};
use crate::program::{Body, Op};

impl Runner {
    pub(super) fn run(self: &Arc<Self>, body: &Body) {
        body.iter().for_each(|op| self.step(op));
    }

    pub(super) fn step(self: &Arc<Self>, op: &Op) {
        if !self.spend() {
            return;
        }
        let storages = &self.shared.storages;
        match *op {
            Op::Look => self.look_around(),
            Op::Enter(storage, value) => storages[storage].enter_with(self.store(value)),
            Op::Run(storage, value, ref body) => {
                storages[storage].run(self.store(value), || self.run(body));
            }
            Op::Exit(storage, ref body) => storages[storage].exit(|| self.run(body)),
            Op::Lend(storage, ref body) => storages[storage].with(|store| {
                self.run(body);
                let lent = store.map(|store| store.value);
                self.log(format!("lent {lent:?}"));
            }),
            Op::Disable(storage) => storages[storage].disable(),
            Op::Guard(slot, storage, value) => {
                if CALLBACKS.get() == 0 && is_first_thread() {
                    let new = storages[storage].with_scope(self.store(value));
                    drop(with_guards(|guards| guards[slot].replace(new)));
                }
            }
            Op::DropGuard(slot) => {
                if CALLBACKS.get() == 0 {
                    drop(with_guards(|guards| guards[slot].take()));
                }
            }
            Op::Resource(slot, ref made) => {
                if let Some(new) = self.make_resource(made) {
                    let old = self.state().resources[slot].replace(new);
                    drop(old);
                }
            }
            Op::RunIn(slot, ref body) => {
                if let Some(resource) = self.resource(slot) {
                    resource.run(|| self.run(body));
                }
            }
            Op::Destroy(slot) => {
                if let Some(resource) = self.resource(slot) {
                    let destroyed = resource.as_resource().emit_destroy().is_ok();
                    self.log(format!("destroyed: {destroyed}"));
                }
            }
            Op::DropResource(slot) => {
                let gone = self.state().resources[slot].take();
                drop(gone);
            }
            Op::DefaultTrigger(slot, ref body) => {
                if let Some(id) = self.id_of(slot) {
                    async_hooks::default_trigger_async_id_scope(id, || self.run(body));
                }
            }
            Op::Extend(value) => {
                let old = async_hooks::execution_async_resource()
                    .extensions()
                    .insert(value);
                self.log(format!("there was {old:?}"));
            }
            Op::Traced(is_a, trigger, ref body) => {
                let trigger = trigger.and_then(|slot| self.id_of(slot));
                attributes::call_traced(is_a, trigger, || self.run(body));
            }
            Op::Snapshot(slot) => {
                let new = Arc::new(async_hooks::snapshot());
                let old = self.state().snapshots[slot].replace(new);
                drop(old);
            }
            Op::EmptySnapshot(slot) => {
                let new = Arc::new(async_hooks::Snapshot::empty());
                let old = self.state().snapshots[slot].replace(new);
                drop(old);
            }
            Op::RunSnapshot(slot, ref body) => {
                let snapshot = self.state().snapshots[slot].clone();
                if let Some(snapshot) = snapshot {
                    snapshot.run(|| self.run(body));
                }
            }
            Op::Bind(slot, once, ref body) => {
                let new = self.bind(once, body);
                let old = self.state().closures[slot].replace(new);
                drop(old);
            }
            Op::BindIn(slot, once, resource, ref body) => {
                if let Some(resource) = self.resource(resource) {
                    let new = self.bind_in(&resource, once, body);
                    let old = self.state().closures[slot].replace(new);
                    drop(old);
                }
            }
            Op::Call(slot) => self.call(slot),
            Op::Detached(ref body) => async_hooks::detached(|| self.run(body)),
            Op::Hook(slot, enabled, ref listening) => {
                let new = self.make_hook(listening);
                if enabled {
                    new.enable();
                }
                let old = self.state().hooks[slot].replace(new);
                drop(old);
            }
            Op::EnableHook(slot) => {
                let hook = self.state().hooks[slot].clone();
                if let Some(hook) = hook {
                    let enabled = hook.enable().is_enabled();
                    self.log(format!("enabled: {enabled}"));
                }
            }
            Op::DisableHook(slot) => {
                let hook = self.state().hooks[slot].clone();
                if let Some(hook) = hook {
                    let enabled = hook.disable().is_enabled();
                    self.log(format!("enabled: {enabled}"));
                }
            }
            Op::DropHook(slot) => {
                let gone = self.state().hooks[slot].take();
                drop(gone);
            }
            Op::OnPromise(slot, phase, times, ref body) => {
                let new = self.make_promise_hook(phase, times, body);
                let old = self.state().promise_hooks[slot].replace(new);
                drop(old);
            }
            Op::StopPromise(slot) => {
                let stop = self.state().promise_hooks[slot].take();
                stop.into_iter().for_each(Stop::stop);
            }
            Op::Flush => async_hooks::flush_destroys(),
            Op::Panic => resume_unwind(Box::new(Thrown)),
            Op::Catch(ref body) => {
                if thrown(|| self.run(body)) {
                    self.log("caught");
                }
            }
            Op::Thread(ref body) => {
                let ended =
                    async_hooks::thread::scope(|scope| scope.spawn(|| self.run(body)).join());
                if ended.is_err() {
                    self.log("the thread panicked");
                }
            }
            Op::Hand(ref what) => self.manual(what),
            Op::Env(slot, ref what) => self.in_env(slot, what),
            Op::Future(slot, ref wraps, ref body) => {
                let new = Slot::Future(self.make_future(wraps, body));
                let old = self.state().futures[slot].replace(new);
                drop(old);
            }
            Op::Channel(slot, ref wraps, ref body, ref sinks) => {
                let new = self.make_slot(wraps, body, sinks);
                let old = self.state().futures[slot].replace(new);
                drop(old);
            }
            Op::Poll(slot) => self.poll_slot(slot),
            Op::Sink(slot, which) => self.sink(slot, which),
            Op::PollElsewhere(slot) => self.elsewhere(|| self.poll_slot(slot)),
            Op::DropFuture(slot) => self.drop_slot(slot),
            Op::DropElsewhere(slot) => self.elsewhere(|| self.drop_slot(slot)),
            Op::Spawn(ref body) => self.spawn(body),
            Op::Abort(ago) => self.abort(ago),
        }
    }

    fn bind(self: &Arc<Self>, once: bool, body: &Body) -> Closure {
        let (runner, body) = (Arc::downgrade(self), body.clone());
        if once {
            Closure::Once(Box::new(async_hooks::bind(move || {
                run_if_there(&runner, &body)
            })))
        } else {
            Closure::Often(Arc::new(async_hooks::bind!(move || run_if_there(
                &runner, &body
            ))))
        }
    }

    fn bind_in(self: &Arc<Self>, resource: &AnyResource, once: bool, body: &Body) -> Closure {
        let resource = resource.as_resource();
        let (runner, body) = (Arc::downgrade(self), body.clone());
        if once {
            let bound = resource.bind(move || run_if_there(&runner, &body));
            Closure::Once(Box::new(bound))
        } else {
            let bound = async_hooks::bind!(resource, move || run_if_there(&runner, &body));
            Closure::Often(Arc::new(bound))
        }
    }

    /// A closure that is called once is taken for that.
    fn call(&self, slot: usize) {
        let mut state = self.state();
        let closure = state.closures[slot].take();
        if let Some(Closure::Often(often)) = &closure {
            state.closures[slot] = Some(Closure::Often(often.clone()));
        }
        drop(state);
        match closure {
            Some(Closure::Once(once)) => once(),
            Some(Closure::Often(often)) => often(),
            None => (),
        }
    }

    /// Runs `f` on a thread to which nothing is carried, in the environment of the test.
    fn elsewhere(&self, f: impl FnOnce() + Send) {
        let ended = thread::scope(|scope| scope.spawn(|| self.shared.env.run(f)).join());
        ended.unwrap_or_else(|payload| resume_unwind(payload));
    }

    fn poll_slot(&self, slot: usize) {
        self.ask(slot, |_| true, Slot::poll);
    }

    fn sink(&self, slot: usize, which: usize) {
        self.ask(slot, Slot::is_channel, |slot, cx| slot.sink(which, cx));
    }

    /// Asks what is in a slot, if it understands. Meanwhile it is not to be had.
    fn ask(
        &self,
        slot: usize,
        understands: fn(&Slot) -> bool,
        ask: impl FnOnce(&mut Slot, &mut Context<'_>) -> (&'static str, bool),
    ) {
        let taken = self.state().futures[slot].take_if(|slot| understands(slot));
        let Some(mut asked) = taken else { return };
        let (mut line, mut goes_on) = ("panicked in its poll", false);
        thrown(|| {
            let mut cx = Context::from_waker(Waker::noop());
            (line, goes_on) = ask(&mut asked, &mut cx);
        });
        self.log(line);
        let mut state = self.state();
        if goes_on && state.futures[slot].is_none() {
            state.futures[slot] = Some(asked);
        } else {
            drop(state);
            drop(asked);
        }
    }

    pub(super) fn drop_slot(&self, slot: usize) {
        let gone = self.state().futures[slot].take();
        drop(gone);
    }
}

fn run_if_there(runner: &Weak<Runner>, body: &Body) {
    if let Some(runner) = runner.upgrade() {
        runner.run(body);
    }
}
