//! The types of this crate are created from tokio's and give them back, and are what tokio's are: `Send`, safe to unwind.

mod support;

use std::panic::{RefUnwindSafe, UnwindSafe};

use ah_tokio::{
    observed::net::{TcpListener, TcpStream},
    runtime::{Handle, LocalRuntime, Runtime},
    task::{JoinSet, LocalSet},
};
use support::checked;

fn lends<T, R: AsRef<T>>(of: &R) -> &T {
    of.as_ref()
}

#[test]
fn runtimes_handles_and_sets_are_created_from_tokios_and_give_them_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = Runtime::from(runtime.unwrap());
    let tokios: &tokio::runtime::Runtime = lends(&runtime);
    let handle = Handle::from(tokios.handle().clone());
    assert_eq!(handle.id(), handle.get_ref().id());
    let tokios: tokio::runtime::Handle = handle.into_inner();

    let mut set = JoinSet::from(tokio::task::JoinSet::new());
    set.spawn_on(async { 1 }, &Handle::from(tokios));
    assert_eq!(
        (lends::<tokio::task::JoinSet<i32>, _>(&set).len(), set.len()),
        (1, 1)
    );
    let mut set: tokio::task::JoinSet<i32> = set.into_inner();
    assert_eq!(runtime.block_on(set.join_next()).unwrap().unwrap(), 1);

    let local = LocalSet::from(tokio::task::LocalSet::new());
    let task = lends::<tokio::task::LocalSet, _>(&local).spawn_local(async { 2 });
    let local: tokio::task::LocalSet = local.into_inner();
    assert_eq!(
        runtime
            .into_inner()
            .block_on(local.run_until(task))
            .unwrap(),
        2
    );

    let runtime = tokio::runtime::LocalRuntime::new().unwrap();
    let runtime: tokio::runtime::LocalRuntime = LocalRuntime::from(runtime).into_inner();
    assert_eq!(runtime.block_on(async { 3 }), 3);
}

#[test]
fn halves_of_a_socket_give_tokios_back() {
    checked(async |_| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (reads, writes) = client.split();
        let _borrowed: (
            tokio::net::tcp::ReadHalf<'_>,
            tokio::net::tcp::WriteHalf<'_>,
        ) = (reads.into_inner(), writes.into_inner());
        let (reads, writes) = client.into_split();
        let whole: tokio::net::TcpStream = reads.into_inner().reunite(writes.into_inner()).unwrap();
        assert!(
            lends::<tokio::net::TcpStream, _>(&TcpStream::from(whole))
                .peer_addr()
                .is_ok()
        );
    });
}

/// Each pair in turn: what holds for tokio's type holds for ours.
#[test]
fn what_is_safe_to_unwind_with_tokio_is_here() {
    fn unwind_safe<T: UnwindSafe + RefUnwindSafe, O: UnwindSafe + RefUnwindSafe>() {}
    unwind_safe::<tokio::runtime::Runtime, Runtime>();
    unwind_safe::<tokio::runtime::LocalRuntime, LocalRuntime>();
    unwind_safe::<tokio::runtime::Handle, Handle>();
    unwind_safe::<tokio::net::TcpListener, TcpListener>();
    unwind_safe::<tokio::net::TcpStream, TcpStream>();
    unwind_safe::<tokio::net::TcpSocket, ah_tokio::observed::net::TcpSocket>();
    unwind_safe::<tokio::net::UdpSocket, ah_tokio::observed::net::UdpSocket>();
    unwind_safe::<tokio::net::tcp::OwnedReadHalf, ah_tokio::observed::net::tcp::OwnedReadHalf>();
    unwind_safe::<tokio::net::tcp::OwnedWriteHalf, ah_tokio::observed::net::tcp::OwnedWriteHalf>();
    unwind_safe::<tokio::process::ChildStdout, ah_tokio::observed::process::ChildStdout>();
}
