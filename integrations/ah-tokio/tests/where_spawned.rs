//! What tokio says of where a task was spawned is the place of the caller, not one in this crate.

extern crate ah_tokio as tokio;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use tokio::{
    runtime::{Builder, Handle},
    task::{JoinSet, LocalSet},
};

/// Where a call panics.
#[track_caller]
fn panics_at(call: impl FnOnce()) -> String {
    let place = Arc::new(Mutex::new(String::new()));
    let there = Arc::clone(&place);
    std::panic::set_hook(Box::new(move |info| {
        *there.lock().unwrap() = info.location().unwrap().to_string();
    }));
    assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
    drop(std::panic::take_hook());
    let place = place.lock().unwrap();
    place.rsplit_once(':').unwrap().0.to_owned()
}

/// One test: the panic hook is the process's.
#[test]
fn a_panic_of_tokios_names_the_caller() {
    macro_rules! here {
        ($call:expr) => {
            let line = line!();
            let panicked = panics_at(|| _ = $call);
            assert_eq!(
                panicked,
                format!("{}:{line}", file!()),
                "{}",
                stringify!($call)
            );
        };
    }
    let runtime = Builder::new_current_thread().build().unwrap();
    here!(tokio::spawn(async {}));
    here!(tokio::task::spawn_local(async {}));
    here!(tokio::task::spawn_blocking(|| ()));
    here!(JoinSet::new().spawn(async {}));
    here!(JoinSet::new().spawn_local(async {}));
    here!(JoinSet::new().spawn_blocking(|| ()));
    here!(Handle::current());
    here!(Builder::new_multi_thread().worker_threads(0));
    here!(runtime.block_on(async { runtime.block_on(async {}) }));
    here!(runtime.block_on(async { Handle::current().block_on(async {}) }));
    here!(runtime.block_on(async { LocalSet::new().block_on(&runtime, async {}) }));
    here!(tokio::set_immediate(|| ()));
}

#[cfg(tokio_unstable)]
#[test]
fn a_task_knows_where_it_was_spawned() {
    let places = Arc::new(Mutex::new(Vec::new()));
    let there = Arc::clone(&places);
    let mut builder = Builder::new_multi_thread();
    builder.on_task_spawn(move |task| there.lock().unwrap().push(task.spawned_at().line()));
    let runtime = builder.enable_all().build().unwrap();
    let mut lines = Vec::new();
    macro_rules! here {
        ($call:expr) => {
            lines.push(line!());
            drop($call);
        };
    }
    let handle = runtime.handle().clone();
    here!(runtime.spawn(async {}));
    here!(handle.spawn(async {}));
    runtime.block_on(async {
        let mut set = JoinSet::new();
        here!(tokio::spawn(async {}));
        here!(set.spawn(async {}));
        here!(set.spawn_on(async {}, &handle));
    });
    #[cfg(feature = "tracing")]
    {
        let named = || tokio::task::Builder::new().name("named");
        let mut set = JoinSet::new();
        here!(named().spawn_on(async {}, &handle));
        here!(set.build_task().name("named").spawn_on(async {}, &handle));
    }
    assert_eq!(*places.lock().unwrap(), lines);
}
