//! Runtimes of both kinds, and work that runs in a request.

use std::{future::Future, sync::Once};

use ah_opentelemetry::OpenTelemetry;
use ah_tracing::Spans;
use async_hooks::bridge::register;
use opentelemetry::trace::FutureExt as _;
use tokio::runtime::{Builder, Runtime};
use tracing::{Instrument as _, info_span};

use crate::{
    locale::{Locale, within},
    seen::{NOTHING, Seen, USER, context, here},
};

/// Whether tasks that nothing wraps carry the context on a runtime.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tasks {
    Lose,
    #[cfg_attr(not(tokio_unstable), expect(dead_code, reason = "there are no hooks"))]
    Carry,
}

impl Tasks {
    /// What a plain task sees where this is current.
    pub(crate) fn plain(self, seen: Seen) -> Seen {
        match self {
            Self::Lose => NOTHING,
            Self::Carry => seen,
        }
    }
}

pub(crate) fn begin() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        register(OpenTelemetry::new()).expect("there is room");
        register(Spans).expect("there is room");
        register(Locale).expect("there is room");
        let spans = tracing_subscriber::registry();
        tracing::subscriber::set_global_default(spans).expect("it is the first");
    });
}

fn builder() -> Builder {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all();
    builder
}

fn runtimes() -> Vec<(Tasks, Runtime)> {
    let plain = builder().build().expect("a runtime");
    #[cfg_attr(
        not(tokio_unstable),
        expect(unused_mut, reason = "there is one runtime")
    )]
    let mut runtimes = vec![(Tasks::Lose, plain)];
    #[cfg(tokio_unstable)]
    {
        let mut hooked = builder();
        ah_tokio::instrument(&mut hooked, ah_tokio::TaskCallbacks::default());
        runtimes.push((Tasks::Carry, hooked.build().expect("a runtime")));
    }
    runtimes
}

/// Runs the work on each kind of runtime, and sees to it that nothing is left behind on any worker.
pub(crate) fn on_runtimes<F: Future<Output = ()>>(work: impl Fn(Tasks) -> F) {
    begin();
    for (tasks, runtime) in runtimes() {
        runtime.block_on(async {
            work(tasks).await;
            assert_eq!(here(), NOTHING);
            for _ in 0..8 {
                let task = tokio::spawn(async { here() });
                assert_eq!(task.await.expect("it does not panic"), NOTHING, "{tasks:?}");
            }
        });
    }
    assert_eq!(here(), NOTHING);
}

/// As [`on_runtimes`], in a request.
pub(crate) fn in_a_request<F: Future<Output = ()>>(work: impl Fn(Tasks) -> F) {
    let work = &work;
    on_runtimes(|tasks| {
        let request = info_span!("request");
        let work = async move { work(tasks).await };
        let work = in_locale("fr", work)
            .instrument(request)
            .with_context(context(7));
        USER.scope(7, work)
    });
}

/// Polls the future in this locale, as the wrapper of another library would.
pub(crate) fn in_locale<F: Future>(
    locale: &'static str,
    future: F,
) -> impl Future<Output = F::Output> {
    let mut future = Box::pin(future);
    std::future::poll_fn(move |cx| within(locale, || future.as_mut().poll(cx)))
}

#[async_hooks::traced]
pub(crate) async fn traced() -> Seen {
    tokio::task::yield_now().await;
    here()
}
