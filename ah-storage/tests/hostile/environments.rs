//! Environments whose handles are dropped: nothing but the current frame keeps them.

use ah_core::{AsyncId, AsyncResource, Env, execution_async_id, frame::Frame};

use crate::support::{Live, Storage, case, look};

/// Runs a case in an environment that the current frame alone keeps.
fn in_a_last_frame(f: impl FnOnce(&Storage, &Storage, &Live) + Send) {
    case(|a, b, live| {
        let frame = a.run(live.value(1), || {
            Env::new().run(|| {
                b.enter_with(live.value(2));
                Frame::capture()
            })
        });
        frame.run_once(|| f(a, b, live));
    });
}

#[test]
fn an_environment_lasts_as_long_as_a_frame_of_it_is_current() {
    in_a_last_frame(|a, b, live| {
        let first = AsyncResource::new("TEST");
        let second = AsyncResource::new("TEST");
        assert!(second.async_id() > first.async_id());
        assert_eq!((look(a), look(b)), (None, Some(2)));
        b.enter_with(live.value(3));
        assert!(AsyncResource::new("TEST").async_id() > second.async_id());
        assert_eq!(look(b), Some(3));
    });
}

#[test]
fn which_environment_it_is_shows_in_the_current_frame() {
    in_a_last_frame(|_, b, live| {
        let resource = AsyncResource::new("TEST");
        resource.run_in_async_scope(|| {
            assert_eq!(execution_async_id(), resource.async_id());
            b.with(|lent| {
                b.enter_with(live.value(3));
                assert_eq!(execution_async_id(), resource.async_id());
                assert_eq!(lent.unwrap().look(), 2);
            });
        });
        assert_eq!((look(b), execution_async_id()), (Some(2), AsyncId::ROOT));
    });
}
