//! `async_hooks::stats()`: process-wide, so in a binary of its own, as one test that counts from a start that it knows.

use ah_testing::test;
use async_hooks::{AsyncLocalStorage, AsyncResource, prelude::*};

static USER: AsyncLocalStorage<String> = AsyncLocalStorage::new();

#[async_hooks::traced]
async fn traced() {}

#[test]
fn everything_that_is_made_is_counted_until_it_is_gone() {
    let before = AsyncResource::new("Before");
    let kept_before = USER.run("ada".into(), async_hooks::snapshot);
    assert!(!async_hooks::stats::is_enabled());
    async_hooks::stats::enable();
    async_hooks::stats::enable(); // changes nothing
    assert!(async_hooks::stats::is_enabled());
    let start = async_hooks::stats();

    // what was created before is not counted at its end
    drop((before, kept_before));
    assert_eq!(
        async_hooks::stats().of_type("Before"),
        async_hooks::stats::Resources::default()
    );
    assert_eq!(async_hooks::stats().frame_entries(), start.frame_entries());

    resources();
    futures();
    frames_and_storages();
    queued_destroys();
    hooks_and_their_panics();
    environments();
    on_other_threads();
}

fn counts(ty: &str) -> (usize, usize, usize) {
    let resources = async_hooks::stats().of_type(ty);
    (resources.made(), resources.destroyed(), resources.alive())
}

fn resources() {
    let first = AsyncResource::new("DBQuery");
    let second = AsyncResource::new("DBQuery");
    assert_eq!(counts("DBQuery"), (2, 0, 2));
    first.emit_destroy().unwrap();
    assert!(first.emit_destroy().is_err());
    assert_eq!(counts("DBQuery"), (2, 1, 1));
    drop((first, second));
    assert_eq!(counts("DBQuery"), (2, 2, 0));
    let types: Vec<_> = async_hooks::stats().types().map(|(ty, _)| ty).collect();
    assert!(types.is_sorted() && types.contains(&"DBQuery"), "{types:?}");
    assert!(async_hooks::stats().resources().made() >= 2);
    let text = async_hooks::stats().to_string();
    assert!(
        text.contains("  DBQuery: 2 made, 2 destroyed, 0 alive\n"),
        "{text}"
    );
}

fn futures() {
    let future = async {}.traced("REPORT");
    assert!(
        future.async_id().is_some(),
        "it is counted, so it has an id"
    );
    assert_eq!(counts("REPORT"), (1, 0, 1));
    drop(future);
    assert_eq!(counts("REPORT"), (1, 1, 0));
    futures::executor::block_on(traced());
    assert_eq!(counts("traced"), (1, 1, 0));
}

fn frames_and_storages() {
    let start = async_hooks::stats();
    let snapshot = USER.run("ada".into(), || {
        assert_eq!(
            async_hooks::stats().frame_entries(),
            start.frame_entries() + 1
        );
        async_hooks::snapshot()
    });
    assert_eq!(
        async_hooks::stats().frame_entries(),
        start.frame_entries() + 1
    );
    drop(snapshot);
    assert_eq!(async_hooks::stats().frame_entries(), start.frame_entries());

    let local: AsyncLocalStorage<u8> = AsyncLocalStorage::new();
    assert_eq!(
        async_hooks::stats().storages(),
        start.storages(),
        "not used yet"
    );
    local.run(1, || {
        assert_eq!(async_hooks::stats().storages(), start.storages() + 1)
    });
    drop(local);
    assert_eq!(async_hooks::stats().storages(), start.storages());
}

fn queued_destroys() {
    AsyncResource::new("Scope").run_in_async_scope(|| {
        let start = async_hooks::stats().queued_destroys();
        drop(AsyncResource::new("Inside"));
        drop(AsyncResource::new("Inside"));
        assert_eq!(async_hooks::stats().queued_destroys(), start + 2);
        async_hooks::flush_destroys();
        assert_eq!(async_hooks::stats().queued_destroys(), 0);
    });
}

fn hooks_and_their_panics() {
    let start = async_hooks::stats();
    let hook = async_hooks::create_hook(
        async_hooks::Hooks::builder()
            .before(|_| panic!("a test panics"))
            .build(),
    );
    assert_eq!(async_hooks::stats().hooks(), start.hooks());
    hook.enable();
    hook.enable();
    assert_eq!(async_hooks::stats().hooks(), start.hooks() + 1);
    AsyncResource::new("Scope").run_in_async_scope(|| ());
    assert_eq!(
        async_hooks::stats().hooks(),
        start.hooks(),
        "it is disabled"
    );
    assert_eq!(async_hooks::stats().hook_panics(), start.hook_panics() + 1);
    hook.enable();
    hook.disable();
    hook.disable();
    assert_eq!(async_hooks::stats().hooks(), start.hooks());
}

fn environments() {
    let start = async_hooks::stats().hooks();
    ah_testing::CheckedEnv::new().run(|| {
        async_hooks::create_hook(async_hooks::Hooks::builder().before(|_| ()).build()).enable();
        assert_eq!(
            async_hooks::stats().hooks(),
            start + 2,
            "the collector is one, too"
        );
        let resource = AsyncResource::new("Elsewhere");
        assert_eq!(counts("Elsewhere"), (1, 0, 1));
        drop(resource);
        assert_eq!(counts("Elsewhere"), (1, 1, 0));
    });
    assert_eq!(
        async_hooks::stats().hooks(),
        start,
        "they end with their environment"
    );
}

fn on_other_threads() {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            async_hooks::thread::spawn(|| {
                for _ in 0..1_000 {
                    drop(AsyncResource::new("Many"));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(counts("Many"), (4_000, 4_000, 0));
    assert_eq!(counts(async_hooks::thread::THREAD), (4, 4, 0));
}
