//! Environments.

use std::sync::Arc;

use async_hooks::Env;

use super::Runner;
use crate::program::InEnv;

impl Runner {
    pub(super) fn env(&self, slot: usize) -> Option<Env> {
        self.state().envs[slot].clone()
    }

    pub(super) fn in_env(self: &Arc<Self>, slot: usize, what: &InEnv) {
        match what {
            InEnv::Make => {
                let old = self.state().envs[slot].replace(Env::new());
                drop(old);
            }
            InEnv::Run(body) => {
                if let Some(env) = self.env(slot) {
                    env.run(|| self.run(body));
                }
            }
            InEnv::Drop => {
                let gone = self.state().envs[slot].take();
                drop(gone);
            }
        }
    }
}
