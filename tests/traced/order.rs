//! The order of attributes does not matter: the context is that of the call, whoever stands above or below.
//!
//! The tests themselves are not under the laws: they have the attributes of others.

use async_hooks::traced;
use tokio::task::yield_now;

use super::support::{Heard, REQUEST_ID, block_on};

type Id = Option<u64>;

async fn id() -> Id {
    yield_now().await;
    REQUEST_ID.get()
}

#[traced]
#[tracing::instrument]
async fn above_instrument(n: u8) -> Id {
    id().await
}

#[tracing::instrument]
#[traced]
async fn below_instrument(n: u8) -> Id {
    id().await
}

#[traced]
#[cfg_attr(all(), tracing::instrument(skip(n), err(Debug)), doc = "x")]
async fn above_cfg_attr(n: u8) -> Result<Id, u8> {
    if n == 0 {
        Err(n)?;
    }
    Ok(id().await)
}

#[cfg_attr(all(), traced(ret))]
#[tracing::instrument]
async fn by_cfg_attr(n: u8) -> Id {
    id().await
}

#[cfg_attr(any(), traced(no_such_option))]
async fn not_at_all() -> Id {
    id().await
}

#[traced(name = "OUTER")]
#[traced(name = "INNER")]
async fn twice() -> Id {
    id().await
}

#[traced]
#[traced]
#[tracing::instrument]
#[traced]
fn thrice_sync(n: u8) -> u8 {
    n
}

struct Methods;

impl Methods {
    #[traced]
    #[tracing::instrument(skip(self))]
    async fn above_instrument(&self, n: u8) -> Id {
        id().await
    }

    #[tracing::instrument(skip_all)]
    #[traced]
    async fn below_instrument(&mut self, n: u8) -> Id {
        let _ = n;
        id().await
    }
}

#[traced]
impl Methods {
    #[tracing::instrument(skip_all)]
    async fn in_a_block(&self) -> Id {
        id().await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_17_tracing_instrument() {
    let (a, b, c, d, e) = REQUEST_ID
        .scope(7, async {
            let a = tokio::spawn(above_instrument(1));
            let b = tokio::spawn(below_instrument(1));
            let c = tokio::spawn(above_cfg_attr(1));
            let d = tokio::spawn(by_cfg_attr(1));
            (a, b, c, d, tokio::spawn(not_at_all()))
        })
        .await;
    assert_eq!(a.await.unwrap(), Some(7));
    assert_eq!(b.await.unwrap(), Some(7));
    assert_eq!(c.await.unwrap(), Ok(Some(7)));
    assert_eq!(d.await.unwrap(), Some(7));
    assert_eq!(e.await.unwrap(), None);
    assert_eq!(above_cfg_attr(0).await, Err(0));
}

#[test]
fn case_17_tracing_instrument_on_methods() {
    let made = |f: fn() -> futures::future::BoxFuture<'static, Id>| {
        block_on(REQUEST_ID.run::<_, async_hooks::Value>(7, f))
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let _inside = runtime.enter();
    assert_eq!(made(|| Box::pin(Methods.above_instrument(1))), Some(7));
    assert_eq!(
        made(|| Box::pin(async { Methods.below_instrument(1).await })),
        None,
        "made when it is polled"
    );
    assert_eq!(made(|| Box::pin(Methods.in_a_block())), Some(7));
}

#[tokio::test]
async fn case_17_itself() {
    let task = REQUEST_ID.scope(7, async { tokio::spawn(twice()) }).await;
    assert_eq!(task.await.unwrap(), Some(7));
    let heard = Heard::of(|| drop(twice()));
    let inits: Vec<_> = heard
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("init"))
        .collect();
    assert_eq!(inits.len(), 2);
    assert_eq!(thrice_sync(1), 1);
}

#[traced]
#[axum::debug_handler]
async fn above_debug_handler(body: String) -> String {
    format!("{body}{:?}", id().await)
}

#[axum::debug_handler]
#[traced(err)]
async fn below_debug_handler(body: String) -> Result<String, String> {
    Ok(format!("{body}{:?}", id().await))
}

#[tokio::test]
async fn case_17_axum_debug_handler() {
    let _router: axum::Router = axum::Router::new()
        .route("/above", axum::routing::get(above_debug_handler))
        .route("/below", axum::routing::get(below_debug_handler));
    assert_eq!(
        REQUEST_ID.scope(7, above_debug_handler("a".into())).await,
        "aSome(7)"
    );
    assert_eq!(
        REQUEST_ID
            .scope(7, below_debug_handler("b".into()))
            .await
            .unwrap(),
        "bSome(7)"
    );
}

#[tokio::main(flavor = "current_thread")]
#[traced]
async fn below_main() -> u8 {
    id().await;
    1
}

#[traced]
#[tokio::main(flavor = "current_thread")]
async fn above_main(text: &str) -> Result<u8, std::num::ParseIntError> {
    id().await;
    text.parse()
}

#[test]
fn case_17_tokio_main() {
    assert_eq!(below_main(), 1);
    assert_eq!(above_main("1"), Ok(1));
    assert!(above_main("x").is_err());
    assert_eq!(
        Heard::of(|| assert_eq!(below_main(), 1)).lines()[0],
        "init below_main 2<1"
    );
    assert_eq!(
        Heard::of(|| drop(above_main("1"))).lines()[0],
        "init above_main 2<1"
    );
}

#[tokio::test]
#[traced]
async fn case_17_below_tokio_test() {
    assert_eq!(REQUEST_ID.scope(7, id()).await, Some(7));
}

#[traced]
#[tokio::test]
async fn case_17_above_tokio_test() {
    assert_eq!(REQUEST_ID.scope(7, id()).await, Some(7));
}

#[traced]
#[test]
fn case_17_above_test() {
    assert_eq!(REQUEST_ID.get(), None);
}

mod cases {
    use rstest::{fixture, rstest};

    use super::*;

    #[fixture]
    fn seven() -> u64 {
        7
    }

    #[traced]
    #[rstest]
    #[case(1)]
    #[case(2)]
    #[tokio::test]
    async fn case_17_above(#[case] n: u64, seven: u64) {
        assert_eq!(REQUEST_ID.scope(n + seven, id()).await, Some(n + seven));
    }

    #[rstest]
    #[case(1)]
    #[case(2)]
    #[tokio::test]
    #[traced]
    async fn case_17_below(#[case] n: u64, seven: u64) {
        assert_eq!(REQUEST_ID.scope(n + seven, id()).await, Some(n + seven));
    }

    #[rstest]
    #[traced]
    #[case(1)]
    fn case_17_between(#[case] n: u64, #[values(1, 2)] m: u64) {
        assert_ne!(n + m, 0);
    }
}
