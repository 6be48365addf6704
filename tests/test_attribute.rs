//! `#[async_hooks::test]`: each test in an environment of its own. Not under the laws: here nobody listens.

use std::time::Duration;

use async_hooks::{AsyncId, AsyncResource};

/// In a new environment the first id is 2, and nothing listens.
fn is_fresh() -> bool {
    let first = AsyncResource::new("FIRST").async_id();
    let hooks = async_hooks::create_hook(async_hooks::Hooks::builder().init(|_| ()).build());
    let fresh = first == 2 && !async_hooks::hooks_enabled();
    hooks.enable(); // seen by no other test
    fresh && async_hooks::hooks_enabled()
}

#[async_hooks::test]
fn a_plain_test_is_in_its_own_environment() {
    assert!(is_fresh());
    assert_eq!(async_hooks::execution_async_id(), AsyncId::ROOT);
}

#[async_hooks::test]
fn so_is_another_one() {
    assert!(is_fresh());
}

#[async_hooks::test]
async fn an_async_test_is_polled_until_it_is_ready() {
    assert!(is_fresh());
    let (sender, receiver) = futures::channel::oneshot::channel();
    std::thread::spawn(move || sender.send(7));
    assert_eq!(receiver.await, Ok(7));
}

#[async_hooks::test]
fn a_test_may_return_a_result() -> Result<(), async_hooks::ResourceError> {
    drop(AsyncResource::builder("DBQuery").build()?);
    Ok(())
}

#[async_hooks::test]
async fn an_async_test_may_return_a_result() -> Result<(), Box<dyn std::error::Error>> {
    let resource = AsyncResource::builder("DBQuery").build()?;
    resource
        .scope(async { assert_ne!(async_hooks::execution_async_id(), 1) })
        .await;
    Ok(())
}

#[async_hooks::test]
#[should_panic(expected = "on purpose")]
fn other_attributes_are_kept() {
    panic!("on purpose");
}

#[async_hooks::test(tokio(start_paused = true))]
async fn on_tokio_with_its_arguments() {
    assert!(is_fresh());
    tokio::time::sleep(Duration::from_secs(3_600)).await;
}

#[async_hooks::test(tokio(flavor = "multi_thread", worker_threads = 2))]
async fn on_tokio_with_several_threads() {
    assert!(is_fresh());
    let task = tokio::spawn(async { tokio::runtime::Handle::current().metrics().num_workers() });
    assert_eq!(task.await.ok(), Some(2));
}

mod through_another_crate {
    mod reexported {
        pub(super) use ::async_hooks;
    }

    #[async_hooks::test(crate = reexported::async_hooks)]
    async fn the_path_can_be_told() {
        assert!(super::is_fresh());
    }
}
