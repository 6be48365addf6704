//! `manual_destroy`, `fields`, `trigger`, `crate`.

use std::sync::{Arc, Mutex};

use async_hooks::{Resource, async_resource};

use crate::support::{block_on, logged, yield_once};
use crate::test;

#[async_resource("MANUAL", manual_destroy)]
#[derive(Clone, Debug)]
struct Manual {
    n: u8,
}

#[async_resource]
impl Manual {
    fn new() -> Self {
        Self { n: 1 }
    }
}

#[test]
fn manual_destroy_leaves_it_to_the_user() {
    logged(|log| {
        let manual = Manual::new();
        let never_destroyed = manual.clone();
        ah_testing::exempt(never_destroyed.async_id());
        drop(never_destroyed);
        assert_eq!(log.take(), ["init MANUAL 2<1", "init MANUAL 3<2"]);
        assert!(manual.async_resource().emit_destroy().is_ok());
        assert!(manual.async_resource().emit_destroy().is_err());
        assert_eq!(manual.n, 1);
        drop(manual);
        assert_eq!(log.take(), ["destroy 2"]);
    });
}

fn host() -> &'static str {
    "local"
}

const LIMIT: u8 = 3;

#[async_resource("POOL", fields(pool = "main", limit = LIMIT, host.name = %host(), "all of them" = ?[1, 2]))]
struct Pool {}

#[async_resource]
impl Pool {
    fn new() -> Self {
        Self {}
    }
}

#[test]
fn fields_are_what_init_tells() {
    ah_testing::CheckedEnv::new().run(|| {
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let tell = told.clone();
        let hooks = async_hooks::Hooks::builder().init(move |resource| {
            tell.lock().unwrap().extend(
                resource
                    .data::<async_hooks::Fields>()
                    .map(ToString::to_string),
            );
        });
        async_hooks::create_hook(hooks.build()).enable();
        drop(Pool::new());
        let told = told.lock().unwrap();
        assert_eq!(
            *told,
            [r#"pool="main" limit=3 host.name=local all of them=[1, 2]"#]
        );
    });
}

#[test]
fn fields_are_not_built_if_nobody_listens() {
    #[async_resource("SILENT", fields(never = fail()))]
    struct Silent;
    fn fail() -> u8 {
        panic!("nobody listens")
    }
    #[async_resource]
    impl Silent {
        fn new() -> Self {
            Self
        }
    }
    async_hooks::Env::new().run(|| drop(Silent::new())); // not under the laws, whose collector would listen
}

#[async_resource("CHILD")]
#[derive(Debug)]
struct Child(u8);

#[async_resource("UNIT_CHILD")]
struct UnitChild;

#[async_resource]
impl Child {
    #[async_resource(trigger = parent.async_id())]
    fn of(parent: &Pool) -> Self {
        Self(1)
    }
    #[async_resource(trigger = parent.async_id())]
    fn several(parent: Pool, n: u8) -> Vec<Self> {
        drop(parent);
        (0..n).map(Self).collect()
    }
    #[async_resource(trigger = async_hooks::AsyncId::from(9))]
    async fn later() -> Self {
        yield_once().await;
        Child(2)
    }
    #[async_resource(trigger = 5)]
    fn in_the_scope(&self) -> (Self, async_hooks::AsyncId) {
        (Self(self.0), async_hooks::execution_async_id())
    }
    #[async_resource(skip, trigger = 5)]
    fn outside_of_it(&self) -> (Self, async_hooks::AsyncId) {
        (Self(self.0), async_hooks::execution_async_id())
    }
}

#[async_resource]
impl UnitChild {
    #[async_resource(trigger = 4)]
    fn new() -> Self {
        Self
    }
}

#[test]
fn trigger_is_that_of_the_objects_that_the_method_makes() {
    logged(|log| {
        ah_testing::exempt(9.into()); // invented
        let pool = Pool::new();
        let child = Child::of(&pool);
        assert_eq!(child.trigger_async_id(), pool.async_id());
        let id = pool.async_id();
        let several = Child::several(pool, 2);
        assert!(several.iter().all(|child| child.trigger_async_id() == id));
        assert_eq!(block_on(Child::later()).trigger_async_id().get(), 9);
        let (other, here) = child.in_the_scope();
        assert_eq!(
            (other.trigger_async_id().get(), here),
            (5, child.async_id())
        );
        let (other, here) = child.outside_of_it();
        assert_eq!((other.trigger_async_id().get(), here.get()), (5, 1));
        assert_eq!(UnitChild::new().trigger_async_id().get(), 4);
        drop(log.take());
    });
}

/// A crate that re-exports the facade.
mod re_export {
    pub(crate) use async_hooks as context;

    macro_rules! resource {
        ($name:ident) => {
            #[$crate::options::re_export::context::async_resource("RE_EXPORTED", crate = $crate::options::re_export::context)]
            #[derive(Clone, Debug, Default)]
            pub(crate) struct $name {
                pub(crate) n: u8,
            }
            #[$crate::options::re_export::context::async_resource(crate = $crate::options::re_export::context)]
            impl $name {
                pub(crate) fn new(n: u8) -> Self {
                    Self { n }
                }
                pub(crate) async fn get(&self) -> u8 {
                    self.n
                }
            }
        };
    }
    pub(crate) use resource;
}

re_export::resource!(ReExported);

#[test]
fn case_15_crate_is_where_generated_code_finds_the_facade() {
    let object = ReExported::new(3);
    assert_eq!(block_on(object.get()), 3);
    assert_eq!(object.clone().trigger_async_id(), object.async_id());
}
