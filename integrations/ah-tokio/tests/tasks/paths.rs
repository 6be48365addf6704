//! Code that was written for tokio compiles with another `use`.

use ah_tokio as tokio;

use crate::REQUEST_ID;

/// As one finds it in tokio's own documentation.
#[tokio::test]
async fn select_and_join_are_tokios() {
    let (a, b) = tokio::join!(async { 1 }, async { 2 });
    assert_eq!(a + b, 3);
    let c = tokio::try_join!(async { Ok::<_, ()>(1) }, async { Ok(2) });
    assert_eq!(c, Ok((1, 2)));
    let done = REQUEST_ID.scope(7, async {
        tokio::select! {
            seen = async { REQUEST_ID.get() } => seen,
            () = std::future::pending() => None,
        }
    });
    tokio::pin!(done);
    assert_eq!(done.as_mut().await, Some(7));
    let handle: tokio::task::JoinHandle<u8> = tokio::spawn(async { 3 });
    let id: tokio::task::Id = handle.id();
    let abort: tokio::task::AbortHandle = handle.abort_handle();
    assert_eq!((abort.id(), handle.await.unwrap()), (id, 3));
    tokio::task::unconstrained(tokio::task::consume_budget()).await;
}

tokio::task_local! {
    static LOCAL: u8;
}

#[tokio::test]
async fn task_locals_are_tokios() {
    assert_eq!(LOCAL.scope(1, async { LOCAL.get() }).await, 1);
}

#[test]
fn builders_take_what_tokios_take() {
    let runtime: tokio::runtime::Runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(1)
        .max_blocking_threads(4)
        .thread_name("worker")
        .thread_stack_size(2 << 20)
        .thread_keep_alive(std::time::Duration::from_secs(1))
        .on_thread_stop(|| ())
        .on_thread_park(|| ())
        .on_thread_unpark(|| ())
        .global_queue_interval(31)
        .event_interval(61)
        .build()
        .unwrap();
    let handle: &tokio::runtime::Handle = runtime.handle();
    assert_eq!(
        handle.runtime_flavor(),
        tokio::runtime::RuntimeFlavor::MultiThread
    );
    let _enter: tokio::runtime::EnterGuard<'_> = runtime.enter();
    assert!(tokio::runtime::Handle::try_current().is_ok());
    let name = runtime.spawn(async { std::thread::current().name().map(str::to_owned) });
    assert_eq!(runtime.block_on(name).unwrap().as_deref(), Some("worker"));
}
