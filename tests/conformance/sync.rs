//! Programs in which no task is spawned: one log, and its order counts.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ah_testing::CheckedEnv;
use async_hooks::{AsyncHook, AsyncId, AsyncResource, Hooks, Snapshot};

use crate::program::{Body, On, Op, Storages, SyncProgram, storages, stores};

pub(crate) fn replay(program: SyncProgram) -> (Vec<String>, Vec<String>) {
    let replayer = Arc::new(Replayer {
        storages: storages(program.storages),
        state: Mutex::default(),
    });
    CheckedEnv::new().run(|| {
        replayer.run_to_throw(&program.ops);
        while let Some((resource, body)) = replayer.next_deferred() {
            let run = || resource.run_in_async_scope(|| replayer.run(&body));
            catch(run);
        }
        // what the program made goes while its environment is there
        let state = std::mem::take(&mut *replayer.state());
        let log = state.log.clone();
        for resource in &state.made {
            resource.emit_destroy().expect("programs destroy nothing");
        }
        (log, program.log)
    })
}

/// A type, kept once for all programs.
fn for_ever(ty: &str) -> &'static str {
    static TYPES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut types = TYPES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = types.get(ty) {
        return known;
    }
    let new: &'static str = Box::leak(ty.into());
    types.insert(new);
    new
}

struct Replayer {
    storages: Storages,
    state: Mutex<State>,
}

type Function = Arc<dyn Fn(&Arc<Replayer>) + Send + Sync>;

#[derive(Default)]
struct State {
    log: Vec<String>,
    labels: HashMap<AsyncId, u64>,
    hooks: HashMap<u64, AsyncHook>,
    resources: HashMap<u64, Arc<AsyncResource>>,
    /// All of them, since a name may be given again.
    made: Vec<Arc<AsyncResource>>,
    functions: HashMap<u64, Function>,
    running: Vec<Function>,
    snapshots: HashMap<u64, Arc<Snapshot>>,
    deferred: VecDeque<(Arc<AsyncResource>, Body)>,
}

impl State {
    /// The name of an id in the log: 0, 1, or the next number when it is first named.
    fn label(&mut self, id: AsyncId) -> u64 {
        let next = self.labels.len() as u64 + 2;
        if id <= AsyncId::ROOT {
            id.get()
        } else {
            *self.labels.entry(id).or_insert(next)
        }
    }
}

/// What `throw` unwinds with.
struct Thrown;

/// Runs `f` up to a throw. True if it threw.
fn catch(f: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(()) => false,
        Err(payload) if payload.is::<Thrown>() => true,
        Err(payload) => resume_unwind(payload),
    }
}

impl Replayer {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_deferred(&self) -> Option<(Arc<AsyncResource>, Body)> {
        self.state().deferred.pop_front()
    }

    fn run_to_throw(self: &Arc<Self>, body: &Body) {
        catch(|| self.run(body));
    }

    fn run(self: &Arc<Self>, body: &Body) {
        for op in body.iter() {
            self.step(op);
        }
    }

    fn step(self: &Arc<Self>, op: &Op) {
        match op {
            Op::Hook { hook, kinds, on } => {
                let made = async_hooks::create_hook(self.hooks(*hook, kinds, on.clone()));
                self.state().hooks.insert(*hook, made);
            }
            Op::Enable { .. } | Op::Disable { .. } => self.toggle(op),
            Op::Resource {
                name,
                r#type,
                trigger,
            } => self.make_resource(*name, r#type, *trigger),
            Op::Run { name, body } => {
                let resource = self.state().resources.get(name).cloned();
                if let Some(resource) = resource {
                    resource.run_in_async_scope(|| self.run(body));
                }
            }
            Op::StorageRun {
                storage,
                value,
                body,
            } => self.storages[*storage].run(*value, || self.run(body)),
            Op::StorageExit { storage, body } => self.storages[*storage].exit(|| self.run(body)),
            Op::EnterWith { storage, value } => self.storages[*storage].enter_with(*value),
            Op::Look => self.look(),
            Op::Throw => resume_unwind(Box::new(Thrown)),
            Op::Try { body } => {
                if catch(|| self.run(body)) {
                    self.state().log.push("caught".into());
                }
            }
            Op::Bind { name, body } => self.bind(*name, body.clone()),
            Op::Call { name } => self.call(*name),
            Op::Snapshot { name } => {
                let snapshot = Arc::new(async_hooks::snapshot());
                self.state().snapshots.insert(*name, snapshot);
            }
            Op::Restore { name, body } => {
                let snapshot = self.state().snapshots.get(name).cloned();
                if let Some(snapshot) = snapshot {
                    snapshot.run(|| self.run(body));
                }
            }
            Op::DefaultTrigger { name, body } => {
                let resource = self.state().resources.get(name).cloned();
                if let Some(resource) = resource {
                    async_hooks::default_trigger_async_id_scope(resource.async_id(), || {
                        self.run(body)
                    });
                }
            }
            Op::Defer { name, body } => {
                let mut state = self.state();
                if let Some(resource) = state.resources.get(name).cloned() {
                    state.deferred.push_back((resource, body.clone()));
                }
            }
            Op::Task { .. } | Op::Yield | Op::Join { .. } | Op::Sync { .. } => {
                panic!("not an op of these programs")
            }
        }
    }

    fn toggle(&self, op: &Op) {
        let (Op::Enable { hook } | Op::Disable { hook }) = op else {
            panic!("a hook only enables and disables");
        };
        let hook = self.state().hooks.get(hook).cloned();
        match (op, hook) {
            (Op::Enable { .. }, Some(hook)) => drop(hook.enable().clone()),
            (_, Some(hook)) => drop(hook.disable().clone()),
            (_, None) => (), // not made yet
        }
    }

    fn make_resource(&self, name: u64, ty: &str, trigger: Option<u64>) {
        let trigger = trigger.and_then(|name| {
            self.state()
                .resources
                .get(&name)
                .map(|resource| resource.async_id())
        });
        let builder = AsyncResource::builder(for_ever(ty)).manual_destroy();
        let builder = match trigger {
            Some(id) => builder.trigger_async_id(id),
            None => builder,
        };
        let resource = builder.build().expect("types are not empty");
        let mut state = self.state();
        let (id, trigger) = (
            state.label(resource.async_id()),
            state.label(resource.trigger_async_id()),
        );
        state.log.push(format!("created {id} trigger {trigger}"));
        let resource = Arc::new(resource);
        state.made.push(Arc::clone(&resource));
        state.resources.insert(name, resource);
    }

    fn bind(&self, name: u64, body: Body) {
        let function: Function = Arc::new(async_hooks::bind!(
            move |replayer: &Arc<Self>| replayer.run(&body)
        ));
        self.state().functions.insert(name, function);
    }

    fn call(self: &Arc<Self>, name: u64) {
        let function = self.state().functions.get(&name).cloned();
        let Some(function) = function else { return };
        if self
            .state()
            .running
            .iter()
            .any(|running| Arc::ptr_eq(running, &function))
        {
            return;
        }
        struct Done<'a>(&'a Replayer);
        impl Drop for Done<'_> {
            fn drop(&mut self) {
                let _function = self.0.state().running.pop();
            }
        }
        self.state().running.push(function.clone());
        let _done = Done(self);
        function(self);
    }

    fn look(&self) {
        let (exec, trigger, stores) = (
            async_hooks::execution_async_id(),
            async_hooks::trigger_async_id(),
            stores(&self.storages),
        );
        let mut state = self.state();
        let (exec, trigger) = (state.label(exec), state.label(trigger));
        state.log.push(format!(
            "look exec {exec} trigger {trigger} stores {stores}"
        ));
    }

    /// The callbacks of hook number `hook`, for these kinds of events.
    fn hooks(self: &Arc<Self>, hook: u64, kinds: &[String], on: Option<On>) -> Hooks {
        let on = Arc::new(Mutex::new(on));
        let heard = |kind: &'static str| {
            let (replayer, on) = (Arc::downgrade(self), on.clone());
            move |line: &dyn Fn(&mut State, &Storages) -> String| {
                let Some(replayer) = replayer.upgrade() else {
                    return;
                };
                let text = line(&mut replayer.state(), &replayer.storages);
                replayer.state().log.push(format!("h{hook} {kind} {text}"));
                let ops = due(&on, kind);
                ops.iter()
                    .flat_map(|ops| ops.iter())
                    .for_each(|op| replayer.toggle(op));
            }
        };
        let mut hooks = Hooks::builder();
        for kind in kinds {
            hooks = match kind.as_str() {
                "init" => {
                    let heard = heard("init");
                    hooks.init(move |resource| {
                        let (id, trigger) = (resource.async_id(), resource.trigger_async_id());
                        heard(&|state, storages| {
                            let (id, ty) = (state.label(id), resource.resource_type());
                            let (trigger, exec) = (
                                state.label(trigger),
                                state.label(async_hooks::execution_async_id()),
                            );
                            format!(
                                "{id} {ty} trigger {trigger} exec {exec} stores {}",
                                stores(storages)
                            )
                        });
                    })
                }
                "before" => {
                    let heard = heard("before");
                    hooks.before(move |id| heard(&|state, _| around(state, id)))
                }
                "after" => {
                    let heard = heard("after");
                    hooks.after(move |id| heard(&|state, _| around(state, id)))
                }
                other => panic!("no such kind of event: {other}"),
            };
        }
        hooks.build()
    }
}

fn around(state: &mut State, id: AsyncId) -> String {
    let [id, exec, trigger] = [
        id,
        async_hooks::execution_async_id(),
        async_hooks::trigger_async_id(),
    ]
    .map(|id| state.label(id));
    format!("{id} exec {exec} trigger {trigger}")
}

/// What a hook is to do on this event, if it has not done it often enough.
fn due(on: &Mutex<Option<On>>, kind: &str) -> Option<Body> {
    let mut on = on.lock().unwrap_or_else(PoisonError::into_inner);
    let on = on.as_mut().filter(|on| on.kind == kind && on.times > 0)?;
    on.times -= 1;
    Some(on.r#do.clone())
}
