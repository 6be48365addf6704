//! Resources that are created on one thread and dropped on another.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use super::support::{Counted, HandOver, Live, on_threads, scenario};
use crate::{
    async_hook::{AsyncHook, create_hook},
    env::Env,
    execution::execution_async_id,
    hook::builder::Hooks,
    id::AsyncId,
    resource::async_resource::AsyncResource,
    sync::of_shuttle::below,
};

/// How often each resource was announced and destroyed.
#[derive(Clone, Default)]
struct Lives(Arc<Mutex<HashMap<AsyncId, [u32; 2]>>>);

impl Lives {
    fn note(&self, id: AsyncId, event: usize) {
        self.0.lock().unwrap().entry(id).or_default()[event] += 1;
    }

    fn listen(&self) -> AsyncHook {
        let (of_init, of_destroy) = (self.clone(), self.clone());
        let hooks = Hooks::builder()
            .init(move |resource| of_init.note(resource.async_id(), 0))
            .destroy(move |id| {
                assert_eq!(execution_async_id(), 0, "in no scope");
                of_destroy.note(id, 1);
            });
        create_hook(hooks.build()).enable().clone()
    }

    fn assert_complete(&self) {
        for (id, counts) in &*self.0.lock().unwrap() {
            assert_eq!(*counts, [1, 1], "init and destroy of {id}");
        }
    }
}

/// Another hook is enabled and disabled, which receives no destroys.
fn enable_another(captured: Counted) {
    let hooks = Hooks::builder().init(move |_| _ = captured.look());
    create_hook(hooks.build()).enable().disable();
}

/// The resources of others end here: at once, at the end of a scope, manually, or both manually here and there.
fn step(resources: &HandOver<Arc<AsyncResource>>, live: &Live, number: usize) {
    match below(5) {
        0 | 1 => {
            let resource = AsyncResource::new("TEST");
            resource.handle().extensions().insert(live.one(number));
            let resource = Arc::new(resource);
            for _ in 0..=below(2) {
                resources.put(resource.clone());
            }
        }
        2 => enable_another(live.one(number)),
        3 => AsyncResource::new("OUTER").run_in_async_scope(|| drop(resources.take())),
        _ => {
            if let Some(resource) = resources.take() {
                let counted = resource.handle().extensions().get::<Counted>();
                counted.map(|counted| counted.look());
                _ = resource.emit_destroy(); // an error if somebody did before
            }
        }
    }
}

#[test]
fn each_resource_is_announced_and_destroyed_once_wherever_it_goes() {
    scenario(20_000, |live| {
        let (env, resources, lives) = (Env::new(), HandOver::new(), Lives::default());
        let hook = env.run(|| lives.listen());
        on_threads(|number| {
            let (env, live, resources) = (env.clone(), live.clone(), resources.clone());
            move || env.run(|| (1..=4).for_each(|_| step(&resources, &live, number)))
        });
        resources.clear();
        lives.assert_complete();
        hook.disable();
    });
}
