//! What embedders do.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    sync::Arc,
    task::{Context, Waker},
};

use async_hooks::{
    AsyncId,
    embedder::{self, CallbackScope, TaskContext},
};

use super::Runner;
use crate::{
    log,
    program::{AsyncBody, Manual, Wraps},
};

impl Runner {
    pub(super) fn manual(self: &Arc<Self>, what: &Manual) {
        match *what {
            Manual::Init(slot, ty, trigger) => {
                let trigger = trigger.and_then(|slot| self.given(slot));
                let trigger = trigger.map(|(id, _)| id);
                let id = embedder::new_async_id();
                embedder::emit_init(id, ty, trigger);
                let trigger = trigger.unwrap_or_else(async_hooks::execution_async_id);
                self.state().ids[slot] = Some((id, trigger));
            }
            Manual::Before(slot) => {
                if let Some((id, trigger)) = self.given(slot) {
                    embedder::emit_before(id, trigger);
                }
            }
            Manual::After(slot) => {
                if let Some((id, _)) = self.given(slot) {
                    let left = embedder::emit_after(id);
                    let left =
                        left.map_err(|error| [error.actual(), error.expected()].map(AsyncId::get));
                    self.log(log::left(left));
                }
            }
            Manual::Destroy(slot) => {
                if let Some((id, _)) = self.given(slot) {
                    embedder::emit_destroy(id);
                }
            }
            Manual::Callback(slot, ref body) => {
                if let Some((id, trigger)) = self.given(slot) {
                    let _scope = CallbackScope::enter(id, trigger);
                    self.run(body);
                }
            }
            Manual::Root(ref body) => embedder::run_in_root(|| self.run(body)),
            Manual::Worker(ref body) => embedder::run_in_worker(|| self.run(body)),
            Manual::Task(slot) => {
                let new = TaskContext::new(async_hooks::TASK);
                let old = self.state().manual_tasks[slot].replace(new);
                drop(old);
            }
            Manual::InTask(slot, heard, ref body) => {
                self.in_task(slot, heard, || self.run(body));
            }
            Manual::DropTask(slot) => {
                let gone = self.state().manual_tasks[slot].take();
                drop(gone);
            }
            Manual::Drive(ref wraps, ref body, polls, task) => {
                self.drive(wraps, body, polls, task);
            }
        }
    }

    fn given(&self, slot: usize) -> Option<(AsyncId, AsyncId)> {
        let known = self.state().ids[slot];
        known.or_else(|| {
            let resource = self.resource(slot)?;
            let resource = resource.as_resource();
            Some((resource.async_id(), resource.trigger_async_id()))
        })
    }

    /// A poll of the task, during which it is not to be had.
    fn in_task(&self, slot: usize, heard: bool, f: impl FnOnce()) {
        let taken = self.state().manual_tasks[slot].take();
        let Some(mut task) = taken else { return };
        let scope = if heard {
            task.enter()
        } else {
            task.enter_silently()
        };
        let ended = catch_unwind(AssertUnwindSafe(f));
        task.leave(scope);
        let gone = {
            let mut state = self.state();
            match &mut state.manual_tasks[slot] {
                Some(_) => Some(task),
                empty => {
                    *empty = Some(task);
                    None
                }
            }
        };
        drop(gone);
        ended.unwrap_or_else(|payload| resume_unwind(payload));
    }

    fn drive(self: &Arc<Self>, wraps: &Wraps, body: &AsyncBody, polls: u32, task: usize) {
        let future = self.make_future(wraps, body);
        embedder::drive(future, |driven| {
            let mut driven = pin!(driven);
            for _ in 0..polls {
                self.look("idle");
                self.in_task(task, false, || self.look("in a task"));
                let mut cx = Context::from_waker(Waker::noop());
                if driven.as_mut().poll(&mut cx).is_ready() {
                    break;
                }
            }
        });
    }
}
