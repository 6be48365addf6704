//! A method that runs in the scope sees the stores as `run_in_async_scope` does.

use crate::test;
use async_hooks::{AsyncLocalStorage, AsyncResource, Inherit, ScopeGuard, async_resource};

static KEPT: AsyncLocalStorage<String> = AsyncLocalStorage::new();
static OTHER: AsyncLocalStorage<u8> = AsyncLocalStorage::new();
static NEVER: AsyncLocalStorage<u8> = AsyncLocalStorage::builder().inherit(Inherit::Never).build();

type Seen = (Option<String>, Option<u8>, Option<u8>);

fn seen() -> Seen {
    (KEPT.get(), OTHER.get(), NEVER.get())
}

#[async_resource("HOLDER")]
struct Holder;

#[async_resource]
impl Holder {
    pub fn new() -> Self {
        Self
    }
    pub fn seen(&self) -> Seen {
        seen()
    }
    pub fn enters(&self) -> Seen {
        KEPT.enter_with("entered".into());
        OTHER.enter_with(9);
        seen()
    }
    pub fn runs(&self, f: impl FnOnce()) {
        f();
    }
    pub fn opens(&self) -> ScopeGuard {
        OTHER.with_scope(8)
    }
    pub fn consumes(self) {
        drop(self);
    }
}

/// What both see that are created in `make` and used in `r#use`.
fn both(r#use: impl Fn(&dyn Fn() -> Seen) -> Seen) -> [Seen; 2] {
    let (holder, resource) = KEPT.run("made".into(), || {
        NEVER.run(1, || (Holder::new(), AsyncResource::new("BY_HAND")))
    });
    [
        r#use(&|| holder.seen()),
        r#use(&|| resource.run_in_async_scope(seen)),
    ]
}

#[test]
fn the_stores_are_those_of_the_making() {
    let [ours, manual] = both(|f| OTHER.run(3, f));
    assert_eq!(ours, manual);
    assert_eq!(ours, (Some("made".into()), None, None));
}

#[test]
fn a_store_that_is_not_inherited_shows_only_where_it_is_current() {
    let made = KEPT.run("made".into(), || {
        NEVER.run(1, || {
            let holder = Holder::new();
            assert_eq!(holder.seen().2, Some(1));
            assert_eq!(NEVER.run(2, || holder.seen().2), Some(1));
            assert_eq!(NEVER.get(), Some(1));
            holder
        })
    });
    assert_eq!(made.seen(), (Some("made".into()), None, None));
    assert_eq!(NEVER.run(1, || made.seen()).2, None);
}

#[test]
fn what_a_method_enters_is_gone_when_it_returns() {
    let holder = Holder::new();
    OTHER.run(3, || {
        assert_eq!(holder.enters(), (Some("entered".into()), Some(9), None));
        assert_eq!(seen(), (None, Some(3), None));
        assert_eq!(holder.seen(), (None, None, None));
    });
}

#[test]
fn a_store_that_is_lent_lives_as_long_as_it_is_read() {
    KEPT.run("outer".into(), || {
        KEPT.with(|outer| {
            let holder = KEPT.run("inner".into(), Holder::new);
            holder.runs(|| {
                KEPT.with(|inner| {
                    KEPT.enter_with("entered".into());
                    assert_eq!(
                        (outer.unwrap().as_str(), inner.unwrap().as_str()),
                        ("outer", "inner")
                    );
                });
                assert_eq!(KEPT.get().unwrap(), "entered");
            });
            holder.consumes();
            assert_eq!(outer.unwrap(), "outer");
        });
        assert_eq!(KEPT.get().unwrap(), "outer");
    });
}

#[test]
fn a_guard_that_leaves_the_method_ends_nothing_elsewhere() {
    let holder = Holder::new();
    OTHER.run(3, || {
        let guard = holder.opens();
        assert_eq!(OTHER.get(), Some(3));
        drop(guard);
        assert_eq!(OTHER.get(), Some(3));
    });
}

#[test]
fn scopes_of_two_objects_nest() {
    let [one, two] = ["one", "two"].map(|name| KEPT.run(name.into(), Holder::new));
    one.runs(|| {
        assert_eq!(KEPT.get().unwrap(), "one");
        two.runs(|| one.runs(|| assert_eq!(KEPT.get().unwrap(), "one")));
        assert_eq!(two.seen().0.unwrap(), "two");
        assert_eq!(KEPT.get().unwrap(), "one");
    });
    assert_eq!(KEPT.get(), None);
}

#[test]
fn an_object_knows_the_environment_that_it_was_made_in() {
    // not under the laws, since the holder outlives it
    let holder = async_hooks::Env::new().run(Holder::new);
    let inside = {
        let mut inside = None;
        holder.runs(|| inside = Some(async_hooks::Resource::async_id(&Holder::new()).get()));
        inside
    };
    assert_eq!(inside, Some(3)); // the second id of that environment
}

#[test]
fn case_31_methods_run_while_the_thread_ends() {
    struct AtEnd(Holder);
    impl Drop for AtEnd {
        fn drop(&mut self) {
            assert_eq!(self.0.seen().0.as_deref(), Some("made"));
        }
    }
    thread_local! {
        static AT_END: std::cell::RefCell<Option<AtEnd>> = const { std::cell::RefCell::new(None) };
    }
    let thread = std::thread::spawn(|| {
        let holder = KEPT.run("made".into(), Holder::new);
        AT_END.set(Some(AtEnd(holder)));
    });
    assert!(thread.join().is_ok());
}
