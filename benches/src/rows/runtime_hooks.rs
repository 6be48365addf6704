//! Every task carried by the runtime's own hooks, against a runtime without them. With `--cfg tokio_unstable`.

use std::{
    future::{pending, poll_fn},
    hint::black_box,
    task::Poll,
    time::{Duration, Instant},
};

use ah_tokio::TaskCallbacks;
use tokio::runtime::Builder;

use super::spawn::{on, theirs as spawn_and_join};
use crate::harness::Row;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("runtime_hooks_poll", on(hooked(), polls))
            .against("a runtime without hooks", on(bare(), polls))
            .at_most(1.15),
        Row::new("runtime_hooks_spawn", on(hooked(), spawn_and_join))
            .against("a runtime without hooks", on(bare(), spawn_and_join))
            .at_most(1.2),
        Row::new("runtime_hooks_million", alive(1_000_000))
            .against("60,000 live tasks", alive(60_000))
            .at_most(1.3)
            .rounds(5),
    ]
}

fn bare() -> Builder {
    Builder::new_current_thread()
}

fn hooked() -> Builder {
    let mut builder = bare();
    ah_tokio::instrument(&mut builder, TaskCallbacks::default());
    builder
}

/// Spawns so many tasks that live until the runtime is shut down, which does not count.
fn alive(tasks: u32) -> impl FnMut(u32) -> Duration {
    move |times| {
        let runtime = hooked().build().expect("a runtime can be created here");
        let took = runtime.block_on(async move {
            let start = Instant::now();
            for _ in 0..tasks {
                tokio::spawn(black_box(pending::<()>()));
            }
            start.elapsed()
        });
        took.mul_f64(f64::from(times) / f64::from(tasks))
    }
}

/// A task that wakes itself at each poll.
async fn polls(times: u32) -> Duration {
    let mut left = times;
    let start = Instant::now();
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left = black_box(left - 1);
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    start.elapsed()
}
