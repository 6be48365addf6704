//! What embedders do: ids, contexts that are entered and left manually, contexts of tasks, the loop of an executor.

use async_hooks::Phase;

use super::{
    Panic, World,
    env::GLOBAL,
    frame::Frame,
    framed::{Framed, State},
    future::{Ask, Future, Polled},
    life::Subject,
    seen::{note, note_name},
    thread::{ROOT, Running, WORKER},
};
use crate::{
    log,
    program::{AsyncBody, Manual, Wraps},
};

/// A task that nothing wraps, with its frame.
pub(super) struct Task {
    subject: Subject,
    framed: Framed,
}

impl World {
    pub(super) fn manual(&mut self, what: &Manual) -> Result<(), Panic> {
        note_name("Manual", what);
        match *what {
            Manual::Init(slot, ty, trigger) => {
                let trigger = trigger.and_then(|slot| self.given(slot)?.id);
                let mut subject = self.made_here(ty, trigger);
                subject.id = Some(self.next_id());
                self.emit(Phase::Init, &subject);
                self.settle();
                let trigger = trigger.unwrap_or(self.thread.running().id);
                self.ids[slot] = Some((subject.id(), trigger));
            }
            Manual::Before(slot) => {
                if let Some(subject) = self.given(slot) {
                    self.push_manually(&subject);
                    self.emit(Phase::Before, &subject);
                }
            }
            Manual::After(slot) => {
                if let Some(subject) = self.given(slot) {
                    let left = self.leave_manually(&subject);
                    self.log.push(log::left(left));
                }
            }
            Manual::Destroy(slot) => {
                if let Some(subject) = self.given(slot) {
                    self.destroy(subject);
                }
            }
            Manual::Callback(slot, ref body) => {
                if let Some(subject) = self.given(slot) {
                    return self.in_context(subject, |world| world.bracketed(&subject, body));
                }
            }
            Manual::Root(ref body) => return self.boundary_here(ROOT, |world| world.run(body)),
            Manual::Worker(ref body) => return self.boundary_here(WORKER, |world| world.run(body)),
            Manual::Task(slot) => {
                let new = self.new_task();
                let old = self.manual_tasks[slot].replace(new);
                self.drop_task(old);
            }
            Manual::InTask(slot, heard, ref body) => {
                return self.in_task(slot, |world, subject| {
                    if heard {
                        world.bracketed(subject, body)
                    } else {
                        world.run(body)
                    }
                });
            }
            Manual::DropTask(slot) => {
                let gone = self.manual_tasks[slot].take();
                self.drop_task(gone);
            }
            Manual::Drive(ref wraps, ref body, polls, task) => {
                return self.drive(wraps, body, polls, task);
            }
        }
        Ok(())
    }

    /// What is known of an id: nothing but that, its trigger, and where it is used.
    fn given(&self, slot: usize) -> Option<Subject> {
        let resource = || {
            let subject = self.resources[slot].as_ref()?.subject;
            Some((subject.id?, subject.trigger))
        };
        let (id, trigger) = self.ids[slot].or_else(resource)?;
        Some(Subject {
            id: Some(id),
            trigger,
            ty: "",
            promise: false,
            made_by_promise: false,
            suppressed: false,
            env: self.thread.env(),
        })
    }

    fn push_manually(&mut self, subject: &Subject) {
        let running = Running {
            suppressed: self.thread.running().suppressed,
            manual: true,
            ..subject.running()
        };
        self.thread.contexts.push(running);
    }

    /// On top it is left; below others that were entered manually, those are left with it, and there is no `after`;
    /// else nothing changes. An error names the context that runs.
    fn leave_manually(&mut self, subject: &Subject) -> Result<(), [u64; 2]> {
        let unbalanced = Err([self.thread.running().id, subject.id()]);
        let thread = &mut self.thread;
        let top = thread.contexts.len() - 1;
        let mut left = (thread.base..=top).rev();
        let env = thread.env();
        let contexts = &thread.contexts;
        let found = left
            .by_ref()
            .take_while(|&at| contexts[at].manual && contexts[at].env == env)
            .find(|&at| contexts[at].id == subject.id());
        let Some(at) = found else {
            note("a context cannot be left manually");
            return unbalanced;
        };
        if at == top {
            self.emit(Phase::After, subject);
        } else {
            note("contexts are left manually in a wrong order");
        }
        self.thread.contexts.truncate(at);
        self.settle();
        if at == top { Ok(()) } else { unbalanced }
    }

    fn new_task(&mut self) -> Task {
        let (subject, frame) = self.announce_resource(async_hooks::TASK, None);
        Task {
            subject,
            framed: Framed::new(State::Apart(frame), Future::nothing()),
        }
    }

    /// A poll of the task, during which it is not to be had.
    fn in_task(
        &mut self,
        slot: usize,
        f: impl FnOnce(&mut Self, &Subject) -> Result<(), Panic>,
    ) -> Result<(), Panic> {
        let Some(mut task) = self.manual_tasks[slot].take() else {
            return Ok(());
        };
        let Task { subject, framed } = &mut task;
        let result = self.task_boundary(|world| {
            world.in_context(*subject, |world| {
                world.in_framed(framed, |world, _| f(world, subject))
            })
        });
        let gone = match &mut self.manual_tasks[slot] {
            Some(_) => Some(task),
            empty => {
                *empty = Some(task);
                None
            }
        };
        self.drop_task(gone);
        result
    }

    pub(super) fn drop_task(&mut self, task: Option<Task>) {
        if let Some(task) = task {
            self.destroy(task.subject);
        }
    }

    /// The loop runs as an idle worker, with nothing of what is current around it; the future is polled here.
    fn drive(
        &mut self,
        wraps: &Wraps,
        body: &AsyncBody,
        polls: u32,
        task: usize,
    ) -> Result<(), Panic> {
        let mut future = self.make_future(wraps, body);
        let mut polled = Ok(Polled::Pending);
        for _ in 0..polls {
            self.idle(|world| {
                world.look("idle");
                let in_task = world.in_task(task, |world, _| {
                    world.look("in a task");
                    Ok(())
                });
                assert!(in_task.is_ok(), "a look does not panic");
            });
            polled = self.poll(&mut future, Ask::Poll);
            if polled != Ok(Polled::Pending) {
                break;
            }
        }
        self.drop_future(future);
        polled.map(|_| ())
    }

    fn idle(&mut self, f: impl FnOnce(&mut Self)) {
        self.in_frame(Frame::empty(GLOBAL), |world| world.boundary(WORKER, f));
    }
}
