//! `#[ah_testing::test]`: each test under the laws.

use ah_core::{self as async_hooks, AsyncId, AsyncResource, embedder};
use ah_testing::{exempt, test};

/// In a new environment the first id is 2; here somebody listens, too.
fn is_fresh() -> bool {
    AsyncResource::new("FIRST").async_id() == 2 && async_hooks::hooks_enabled()
}

/// Breaks a law.
fn leave_open() {
    embedder::emit_init(50.into(), "A", Some(AsyncId::ROOT));
}

#[test]
fn a_test_that_keeps_the_laws_passes() {
    assert!(is_fresh());
}

#[test]
#[should_panic(expected = "`init A 50<1`: every resource is destroyed at the end")]
fn a_test_that_breaks_one_fails() {
    leave_open();
}

#[test]
fn a_test_may_exempt_what_it_leaves_open() {
    leave_open();
    exempt(50.into());
}

#[test]
async fn so_may_an_async_one() {
    leave_open();
    exempt(50.into());
}

#[test]
#[should_panic(expected = "`init A 50<1`: every resource is destroyed at the end")]
fn an_exemption_is_for_the_innermost_environment() {
    leave_open();
    ah_testing::checked(|_| exempt(50.into()));
}

#[test]
async fn an_async_test_that_keeps_the_laws_passes() {
    assert!(is_fresh());
    AsyncResource::new("A").scope(async {}).await;
}

#[test]
#[should_panic(expected = "`init A 50<1`: every resource is destroyed at the end")]
async fn an_async_test_that_breaks_one_fails() {
    leave_open();
}

#[test]
#[should_panic(expected = "on purpose")]
fn a_test_that_panics_is_not_checked() {
    leave_open();
    panic!("on purpose");
}

#[test]
fn a_test_may_return_a_result() -> Result<(), async_hooks::ResourceError> {
    drop(AsyncResource::builder("DBQuery").build()?);
    Ok(())
}

mod through_another_crate {
    mod reexported {
        pub(super) use ::ah_testing;
    }

    #[reexported::ah_testing::test(crate = reexported::ah_testing)]
    fn the_path_can_be_told() {
        assert!(super::is_fresh());
    }
}
