//! What each operation does.

use super::{
    Bound, Closure, Panic, Shot, World,
    frame::Frame,
    future::{Ask, Future, Polled},
    seen::{note, note_name},
};
use crate::program::{Body, CLOSE, Op};

impl World {
    pub(super) fn run(&mut self, body: &Body) -> Result<(), Panic> {
        body.iter().try_for_each(|op| self.step(op))
    }

    pub(super) fn step(&mut self, op: &Op) -> Result<(), Panic> {
        if !self.spend() {
            return Ok(());
        }
        note_name("Op", op);
        match *op {
            Op::Look => self.look_around(),
            Op::Enter(storage, value) => {
                let entry = self.entry(storage, Some(value));
                self.thread.current().enter(entry);
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
            Op::Resource(slot, ref made) => {
                if let Some(new) = self.make_resource(made) {
                    let old = self.resources[slot].replace(new);
                    self.release(old);
                }
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
                if let Some(id) = self.id_of(slot) {
                    let outer = self.thread.default_trigger.replace(id);
                    let result = self.run(body);
                    self.thread.default_trigger = outer;
                    return result;
                }
            }
            Op::Extend(value) => {
                let running = self.thread.running();
                let old = self.extensions.insert((running.env, running.id), value);
                self.log.push(format!("there was {old:?}"));
            }
            Op::Traced(is_a, trigger, ref body) => {
                let trigger = trigger.and_then(|slot| self.id_of(slot));
                return self.run_traced(if is_a { "A" } else { "B" }, trigger, body);
            }
            Op::Snapshot(slot) => {
                let new = self.new_bound();
                let old = self.snapshots[slot].replace(Shot::Here(new));
                self.release_shot(old);
            }
            Op::EmptySnapshot(slot) => {
                let nothing = Frame::empty(self.thread.env());
                let old = self.snapshots[slot].replace(Shot::Nothing(nothing));
                self.release_shot(old);
            }
            Op::RunSnapshot(slot, ref body) => match self.snapshots[slot].clone() {
                Some(Shot::Here(resource)) => return self.run_in_resource(resource, body),
                Some(Shot::Nothing(frame)) => {
                    return self.in_frame(frame, |world| world.run(body));
                }
                None => (),
            },
            Op::Bind(slot, once, ref body) => {
                let bound = Bound::Here(self.new_bound());
                let body = body.clone();
                let old = self.closures[slot].replace(Closure { bound, once, body });
                self.release_closure(old);
            }
            Op::BindIn(slot, once, resource, ref body) => {
                if let Some(resource) = self.resources[resource].clone() {
                    let bound = Bound::In(resource.subject, resource.frame.clone());
                    let body = body.clone();
                    let old = self.closures[slot].replace(Closure { bound, once, body });
                    self.release_closure(old);
                    self.release(Some(resource));
                }
            }
            Op::Call(slot) => return self.call(slot),
            Op::Detached(ref body) => {
                let nothing = Frame::empty(self.thread.env());
                return self.in_frame(nothing, |world| world.run(body));
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
                    self.log_enabled(&hook);
                }
            }
            Op::DisableHook(slot) => {
                if let Some(hook) = self.hooks[slot].clone() {
                    self.disable(&hook);
                    self.log_enabled(&hook);
                }
            }
            Op::DropHook(slot) => self.hooks[slot] = None,
            Op::OnPromise(slot, phase, times, ref body) => {
                self.promise_hooks[slot] = Some(self.new_promise_hook(phase, times, body));
            }
            Op::StopPromise(slot) => {
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
            Op::Hand(ref what) => return self.manual(what),
            Op::Env(slot, ref what) => return self.in_env(slot, what),
            Op::Future(slot, ref wraps, ref body) => {
                let new = self.make_future(wraps, body);
                let old = self.futures[slot].replace(new);
                old.into_iter().for_each(|old| self.drop_future(old));
            }
            Op::Channel(slot, ref wraps, ref body, ref sinks) => {
                let new = self.make_channel(wraps, body, sinks);
                let old = self.futures[slot].replace(new);
                old.into_iter().for_each(|old| self.drop_future(old));
            }
            Op::Poll(slot) => self.ask(slot, Ask::Poll),
            Op::Sink(slot, which) => self.ask(slot, Ask::Sink(which)),
            Op::PollElsewhere(slot) => {
                if self.futures[slot].as_ref().is_some_and(Future::is_polled) {
                    note("a future that was polled here is polled on another thread");
                }
                self.elsewhere(|world| world.ask(slot, Ask::Poll));
            }
            Op::DropFuture(slot) => self.drop_slot(slot),
            Op::DropElsewhere(slot) => self.elsewhere(|world| world.drop_slot(slot)),
            Op::Spawn(ref body) => self.spawn(body),
            Op::Abort(_) => (), // delivered when the executor drops the task
        }
        Ok(())
    }

    /// Asks what is in a slot, if it understands. Meanwhile it is not to be had.
    fn ask(&mut self, slot: usize, ask: Ask) {
        let understands = |future: &mut Future| ask == Ask::Poll || future.is_channel();
        let Some(mut future) = self.futures[slot].take_if(understands) else {
            return;
        };
        let polled = self.poll(&mut future, ask);
        let goes_on = match polled {
            Ok(Polled::Over) => ask == Ask::Sink(CLOSE),
            Ok(_) => true,
            Err(Panic) => false,
        };
        self.log.push(match polled {
            Ok(polled) => format!("{polled:?}"),
            Err(Panic) => "panicked in its poll".into(),
        });
        if self.futures[slot].is_some() {
            note("a future is replaced while it is polled");
        }
        if goes_on && self.futures[slot].is_none() {
            self.futures[slot] = Some(future);
        } else {
            self.drop_future(future);
        }
    }

    fn drop_slot(&mut self, slot: usize) {
        let gone = self.futures[slot].take();
        gone.into_iter().for_each(|gone| self.drop_future(gone));
    }
}
