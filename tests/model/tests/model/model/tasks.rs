//! Tasks of executors.

use super::{
    Panic, World,
    future::{Ask, Future, Polled},
    seen::note,
    thread::Thread,
};
use crate::{
    log::{Labels, Logs, Path, Turn},
    program::{AsyncBody, MOST_TASKS},
};

/// The tasks of a program.
pub(super) enum Tasks {
    /// It has none.
    None,
    /// Those that this one spawned, with those that they spawned: each shares nothing with others.
    Alone(Logs),
    /// They share everything. Which one has its turn is up to the executor.
    Together(Vec<Option<Future>>),
}

impl World {
    pub(super) fn spawn(&mut self, body: &AsyncBody) {
        match self.tasks {
            Tasks::None => (),
            Tasks::Alone(_) => self.spawn_alone(body),
            Tasks::Together(_) => self.spawn_together(body),
        }
    }

    /// A task that shares nothing may as well run to its end at once.
    fn spawn_alone(&mut self, body: &AsyncBody) {
        if self.path.len() >= MOST_TASKS || self.children >= MOST_TASKS {
            return;
        }
        let mut path = self.path.clone();
        path.push(self.children);
        self.children += 1;
        let spawner = self.thread.running().id;
        let mut task = self.make_alone(body);
        let mut world = self.world_of_task(path, Labels::new([spawner]));
        let panicked = loop {
            match world.poll(&mut task, Ask::Poll) {
                Ok(Polled::Over) => break false,
                Ok(_) => (),
                Err(Panic) => break true,
            }
        };
        if panicked {
            world.log.push("the task panicked".into());
        }
        world.drop_future(task);
        let Tasks::Alone(logs) = &mut self.tasks else {
            unreachable!("as before");
        };
        logs.extend(world.into_logs());
    }

    fn world_of_task(&self, path: Path, labels: Labels) -> Self {
        let thread = Thread::new(super::env::FIRST, false);
        let mut world = Self::new(thread, Tasks::Alone(Logs::new()), labels);
        world.path = path;
        world.envs.clone_from(&self.envs);
        world.last_mark = self.last_mark;
        world
    }

    pub(super) fn into_logs(self) -> Logs {
        let Tasks::Alone(mut logs) = self.tasks else {
            unreachable!("not such a program");
        };
        logs.insert(self.path, self.log);
        logs
    }

    fn spawn_together(&mut self, body: &AsyncBody) {
        if !self.thread.first {
            return;
        }
        let inner = self.make_future(&Vec::new(), body);
        let tasks = self.together();
        tasks.push(None);
        let at = tasks.len() - 1;
        let task = self.task_of(inner); // a hook may spawn the next one
        self.together()[at] = Some(task);
    }

    fn together(&mut self) -> &mut Vec<Option<Future>> {
        match &mut self.tasks {
            Tasks::Together(tasks) => tasks,
            _ => unreachable!("not such a program"),
        }
    }

    /// What a task does when it has its turn.
    pub(super) fn turn(&mut self, turn: Turn) {
        self.log.push(turn.to_string());
        let (Turn::Poll(at) | Turn::Drop(at)) = turn;
        let task = self.together().get_mut(at).and_then(Option::take);
        let Some(mut task) = task else {
            return self.log.push("there is no such task".into());
        };
        if let Turn::Drop(_) = turn {
            if task.is_open() {
                note("the executor drops a task that is not ready");
            }
            return self.drop_future(task);
        }
        if self.poll(&mut task, Ask::Poll).is_err() {
            self.log.push("the task panicked".into());
        }
        self.together()[at] = Some(task);
    }
}
