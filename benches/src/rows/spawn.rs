//! Tasks of tokio, spawned and joined one after the other, with a current store.

use std::{
    future::Future,
    hint::black_box,
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Runtime};

use crate::{harness::Row, stores::STORE};

pub(super) fn rows() -> Vec<Row> {
    let current_thread = || Builder::new_current_thread();
    let multi_thread = || {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(2);
        builder
    };
    vec![
        row("spawn_join", current_thread),
        row("spawn_join_multi_thread", multi_thread),
    ]
}

fn row(name: &str, builder: impl Fn() -> Builder) -> Row {
    Row::new(name, on(builder(), ours))
        .against("tokio", on(builder(), theirs))
        .at_most(1.12)
        .in_processes()
}

pub(super) fn on<F: Future<Output = Duration> + Send + 'static>(
    mut builder: Builder,
    batch: fn(u32) -> F,
) -> impl FnMut(u32) -> Duration {
    let mut runtime: Option<Runtime> = None;
    move |times| {
        let runtime =
            runtime.get_or_insert_with(|| builder.build().expect("a runtime can be made here"));
        // from a task, as it happens in programs: a spawn from outside of the runtime costs more on either side
        let batch = runtime.spawn(STORE.scope(7, batch(times)));
        runtime.block_on(batch).expect("it does not panic")
    }
}

async fn ours(times: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        let task = ah_tokio::spawn(async { black_box(1) });
        black_box(task.await.expect("it does not panic"));
    }
    start.elapsed()
}

pub(super) async fn theirs(times: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        let task = tokio::spawn(async { black_box(1) });
        black_box(task.await.expect("it does not panic"));
    }
    start.elapsed()
}
