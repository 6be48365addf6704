//! What hooks receive of traced functions.

use async_hooks::traced;

use super::support::{Heard, block_on, yield_once};
use crate::test;

#[traced]
async fn outer(n: u8) -> u8 {
    inner(n).await + 1
}

#[traced(name = "INNER")]
async fn inner(n: u8) -> u8 {
    yield_once().await;
    n
}

#[test]
fn an_async_function_is_a_future_of_its_name() {
    let heard = Heard::of(|| assert_eq!(block_on(outer(1)), 2));
    assert_eq!(
        heard.lines(),
        [
            "init outer 2<1",
            "before outer",
            "init INNER 3<2",
            "before INNER",
            "after INNER",
            "after outer",
            "before outer",
            "before INNER",
            "resolve INNER",
            "after INNER",
            "resolve outer",
            "after outer",
            "destroy INNER",
            "destroy outer",
        ]
    );
}

#[traced]
fn sync(n: u8) -> Result<u8, String> {
    if n == 0 {
        return Err("zero".into());
    }
    let n = sync_inner(n)?;
    Ok(n)
}

#[traced(name = SYNC)]
fn sync_inner(n: u8) -> Result<u8, String> {
    assert!(n < 9, "nine");
    Ok(n)
}

const SYNC: &str = "SYNC";

#[test]
fn a_sync_function_is_a_resource_while_it_runs() {
    let heard = Heard::of(|| assert_eq!(sync(1), Ok(1)));
    assert_eq!(
        heard.lines(),
        [
            "init sync 2<1",
            "before sync",
            "init SYNC 3<2",
            "before SYNC",
            "after SYNC",
            "after sync",
            "destroy SYNC",
            "destroy sync"
        ]
    );
    let early = Heard::of(|| assert!(sync(0).is_err()));
    assert_eq!(
        early.lines(),
        ["init sync 2<1", "before sync", "after sync", "destroy sync"]
    );
}

#[test]
fn case_32_a_panic_leaves_every_scope() {
    let heard = Heard::of(|| {
        let caught = std::panic::catch_unwind(|| sync(9));
        assert!(caught.is_err());
        assert_eq!(
            async_hooks::execution_async_id(),
            async_hooks::AsyncId::ROOT
        );
    });
    assert_eq!(
        heard.lines()[4..],
        ["after SYNC", "after sync", "destroy SYNC", "destroy sync"]
    );
}

#[test]
fn case_31_a_future_that_is_never_polled_is_destroyed_once() {
    let heard = Heard::of(|| drop(outer(1)));
    assert_eq!(heard.lines(), ["init outer 2<1", "destroy outer"]);
}

#[traced]
fn enters(id: u64) {
    super::support::REQUEST_ID.enter_with(id);
}

#[test]
fn what_a_sync_function_enters_holds_for_its_caller_whether_a_hook_listens_or_not() {
    let request_id = || super::support::REQUEST_ID.get();
    // not under the laws, whose collector would listen
    async_hooks::Env::new().run(|| {
        enters(7);
        assert_eq!(request_id(), Some(7));
    });
    Heard::of(|| {
        enters(8);
        assert_eq!(request_id(), Some(8));
    });
}

#[traced]
fn silent() -> async_hooks::AsyncId {
    async_hooks::execution_async_id()
}

#[test]
fn with_no_hook_a_sync_function_has_no_id() {
    // not under the laws, whose collector would be a hook
    assert_eq!(
        async_hooks::Env::new().run(silent),
        async_hooks::AsyncId::ROOT
    );
}

#[test]
fn with_hooks_for_futures_alone_a_sync_function_has_no_id() {
    use async_hooks::{AsyncHooks, Interest, Phase, promise_hooks};
    struct Resolves;
    impl AsyncHooks for Resolves {
        fn interest(&self) -> Interest {
            Interest::new().phases([Phase::PromiseResolve])
        }
    }
    async_hooks::Env::new().run(|| {
        promise_hooks::on_init(|_, _| ());
        promise_hooks::on_settled(|_, _| ());
        async_hooks::create_hook(Resolves).enable();
        assert_eq!(silent(), async_hooks::AsyncId::ROOT);
    });
}

#[test]
fn filters_apply() {
    let heard = Heard::of_types(["SYNC", "INNER"], || {
        sync(1).unwrap();
        block_on(outer(1));
    });
    let inits: Vec<_> = heard
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("init"))
        .collect();
    assert_eq!(inits, ["init SYNC 2<1", "init INNER 3<1"]);
}
