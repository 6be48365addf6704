//! Both kinds of runtime.

use std::sync::{Mutex, PoisonError};

use ah_inspect::{Recorder, Settings};
use tokio::runtime::{Builder, Runtime};

use super::held;

fn current_thread() -> Runtime {
    instrumented(Builder::new_current_thread())
}

fn multi_thread() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2);
    instrumented(builder)
}

/// It is tokio's own but for its hooks.
fn instrumented(mut builder: Builder) -> Runtime {
    ah_tokio::instrument(&mut builder, ah_tokio::TaskCallbacks::new());
    builder.enable_all().build().expect("a runtime")
}

/// Runs a test on both kinds of runtime, under the laws and the inspector: afterwards no task has a context, no store is held,
/// and no context is reported as lost.
pub(crate) fn checked(test: impl AsyncFn()) {
    static ALONE: Mutex<()> = Mutex::new(()); // the process has one table of tasks
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for make in [current_thread, multi_thread] {
        ah_testing::checked(|_| {
            let recorder = Recorder::start(&Settings::default()).expect("nothing else records");
            let runtime = make();
            runtime.block_on(test());
            drop(runtime); // waits for its threads
            ah_inspect::assert_none_lost();
            assert!(recorder.stop().events() > 0, "nothing was recorded");
        });
        assert_eq!(ah_tokio::instrumented_tasks(), 0);
        assert_eq!(held(), []);
    }
}
