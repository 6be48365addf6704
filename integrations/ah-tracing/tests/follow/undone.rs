//! Nothing is left behind by a panic, an abort, or a change in a task.

use std::{
    panic::resume_unwind,
    sync::{Arc, Mutex},
};

use tracing::info_span;

use crate::{
    locale::LOCALE,
    seen::{REQUEST, Seen, here},
    support::in_a_request,
};

#[test]
fn a_task_that_panics() {
    in_a_request(|_| async {
        let panicked = ah_tokio::spawn(async {
            let _entered = info_span!("panics").entered();
            resume_unwind(Box::new("on purpose"))
        });
        let result: Result<(), _> = panicked.await;
        assert!(result.is_err());
        assert_eq!(here(), REQUEST);
    });
}

#[test]
fn the_drop_of_a_task_that_was_aborted() {
    struct OnDrop(Arc<Mutex<Option<Seen>>>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            *self.0.lock().expect("nothing panics under it") = Some(here());
        }
    }
    in_a_request(|_| async {
        let seen = Arc::new(Mutex::new(None));
        let on_drop = OnDrop(seen.clone());
        let never = ah_tokio::spawn(async move {
            let _on_drop = on_drop;
            std::future::pending::<()>().await;
        });
        tokio::task::yield_now().await;
        never.abort();
        assert!(never.await.is_err());
        assert_eq!(
            seen.lock().expect("nothing panics under it").take(),
            Some(REQUEST)
        );
        assert_eq!(here(), REQUEST);
    });
}

#[test]
fn a_change_in_a_task_is_its_own() {
    in_a_request(|_| async {
        let changed = ah_tokio::spawn(async {
            LOCALE.set(Some("de"));
            here()
        });
        assert_eq!(
            changed.await.expect("it does not panic"),
            Seen {
                locale: Some("de"),
                ..REQUEST
            }
        );
        assert_eq!(here(), REQUEST);
    });
}
