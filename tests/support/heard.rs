//! What a hook receives of what attributes announce: lines, fields, and what was returned.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex},
};

use ah_testing::CheckedEnv;
use async_hooks::{AsyncId, Fields, Hooks, HooksBuilder, Init, Returned};

use super::polls::block_on;

/// What a hook received.
pub(crate) struct Heard(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    lines: Vec<String>,
    fields: Vec<String>,
    returned: Vec<Returned>,
    types: HashMap<AsyncId, &'static str>,
}

impl Heard {
    /// What is received of all that `f` does in an environment of its own, under the laws.
    pub(crate) fn of(f: impl FnOnce()) -> Self {
        let heard = Self(Arc::default());
        CheckedEnv::new().run(|| heard.listen(Hooks::builder(), f));
        heard
    }

    /// The same, with a filter. Not under the laws: their collector wants what the filter spares.
    pub(crate) fn of_types<const N: usize>(types: [&'static str; N], f: impl FnOnce()) -> Self {
        let heard = Self(Arc::default());
        async_hooks::Env::new().run(|| heard.listen(Hooks::builder().types(types), f));
        heard
    }

    /// What is received of a future that is created before anybody listens. Not under the laws: their collector
    /// listens.
    pub(crate) fn of_late<F: Future>(make: impl FnOnce() -> F) -> Self {
        let heard = Self(Arc::default());
        async_hooks::Env::new().run(|| {
            let future = make();
            heard.listen(Hooks::builder(), || drop(block_on(future)));
        });
        heard
    }

    fn listen(&self, hooks: HooksBuilder, f: impl FnOnce()) {
        let note = |event: &'static str| {
            let inner = self.0.clone();
            move |id| inner.lock().unwrap().note(event, id)
        };
        let hooks = hooks
            .before(note("before"))
            .after(note("after"))
            .destroy(note("destroy"));
        let resolve = note("resolve");
        let inner = self.0.clone();
        let hooks = hooks
            .promise_resolve(resolve)
            .init(move |resource| inner.lock().unwrap().init(resource));
        let hook = async_hooks::create_hook(hooks.build());
        hook.enable();
        f();
        async_hooks::flush_destroys();
        hook.disable();
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().lines.clone()
    }

    /// The fields of all that have some.
    pub(crate) fn fields(&self) -> Vec<String> {
        self.0.lock().unwrap().fields.clone()
    }

    /// What was recorded, as it is found in `after`.
    pub(crate) fn returned(&self) -> Vec<Returned> {
        self.0.lock().unwrap().returned.clone()
    }
}

impl Inner {
    fn init(&mut self, resource: &Init<'_>) {
        let (id, ty, trigger) = (
            resource.async_id(),
            resource.resource_type(),
            resource.trigger_async_id(),
        );
        self.types.insert(id, ty);
        self.lines.push(format!("init {ty} {id}<{trigger}"));
        self.fields
            .extend(resource.data::<Fields>().map(Fields::to_string));
    }

    fn note(&mut self, event: &str, id: AsyncId) {
        self.lines.push(format!("{event} {}", self.types[&id]));
        if event == "after" {
            let extensions = async_hooks::execution_async_resource().extensions();
            self.returned
                .extend(extensions.get::<Returned>().as_deref().cloned());
        }
    }
}
