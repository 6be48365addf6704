//! Environments: worlds of ids and hooks.

use std::rc::Rc;

use super::{
    Panic, World,
    frame::Frame,
    hooks::List,
    seen::{note, note_name},
    thread::{ROOT, Running},
};
use crate::program::InEnv;

/// The environment of the test, in which the program runs.
pub(super) const FIRST: usize = 0;
/// The global one, in which nothing happens.
pub(super) const GLOBAL: usize = usize::MAX;

#[derive(Clone)]
pub(super) struct Environment {
    pub(super) last_id: u64,
    /// The enabled hooks, in the order of their enabling.
    pub(super) enabled: List,
    /// The last handle is dropped: no hook is enabled again.
    pub(super) closed: bool,
}

impl Environment {
    pub(super) fn new() -> Self {
        Self {
            last_id: 1,
            enabled: Rc::new([]),
            closed: false,
        }
    }
}

/// What the handles of an environment share.
pub(super) struct Handle {
    pub(super) env: usize,
}

impl World {
    pub(super) fn enabled_in(&self, env: usize) -> List {
        match self.envs.get(env) {
            Some(env) => env.enabled.clone(),
            None => Rc::new([]),
        }
    }

    pub(super) fn in_env(&mut self, slot: usize, what: &InEnv) -> Result<(), Panic> {
        note_name("InEnv", what);
        match what {
            InEnv::Make => {
                self.envs.push(Environment::new());
                let new = Rc::new(Handle {
                    env: self.envs.len() - 1,
                });
                let old = self.handles[slot].replace(new);
                self.release_env(old);
            }
            InEnv::Run(body) => {
                if let Some(handle) = self.handles[slot].clone() {
                    let result = self.in_frame(Frame::empty(handle.env), |world| {
                        world.boundary_here(ROOT, |world| world.run(body))
                    });
                    self.release_env(Some(handle));
                    return result;
                }
            }
            InEnv::Drop => {
                let gone = self.handles[slot].take();
                self.release_env(gone);
            }
        }
        Ok(())
    }

    /// Lets go of an environment: with the last handle its hooks are disabled.
    pub(super) fn release_env(&mut self, handle: Option<Rc<Handle>>) {
        if let Some(Handle { env }) = handle.and_then(Rc::into_inner) {
            self.envs[env].closed = true;
            let enabled = self.enabled_in(env);
            if !enabled.is_empty() {
                note("an environment goes with hooks enabled");
            }
            enabled.iter().for_each(|hook| self.end_registration(hook));
        }
    }

    /// A task boundary, in a context that is caused by a hook if what comes here is.
    pub(super) fn boundary_here<R>(
        &mut self,
        running: Running,
        f: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let suppressed = self.thread.running().suppressed;
        self.boundary(
            Running {
                suppressed,
                ..running
            },
            f,
        )
    }
}
