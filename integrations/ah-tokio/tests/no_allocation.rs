//! While nobody listens, a wrapper allocates as often as tokio's type. No test in this binary enables a hook.

#![expect(
    unsafe_code,
    reason = "an allocator that counts cannot be written without"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    time::Duration,
};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is the system allocator's, under the contract of the caller
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller upholds the same contract as `System.alloc`
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the same contract as `System.dealloc`; `alloc` got the block from there
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often this thread allocates in a future, the second time on a runtime.
fn allocations<F: Future>(f: impl Fn() -> F) -> usize {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    runtime.block_on(f());
    let before = ALLOCATIONS.get();
    runtime.block_on(f());
    ALLOCATIONS.get() - before
}

/// The same with tokio's module and with ours.
macro_rules! assert_as_many {
    ($($path:ident)::+, $tokio:ident, $future:expr) => {{
        let tokios = allocations(|| {
            use ::tokio::$($path)::+ as $tokio;
            $future
        });
        let ours = allocations(|| {
            use ah_tokio::$($path)::+ as $tokio;
            $future
        });
        assert_eq!(ours, tokios);
    }};
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(async || drop(Box::new(7))), 1);
}

#[test]
fn timers() {
    assert_as_many!(time, time, async {
        time::sleep(Duration::from_millis(1)).await;
        let _ = time::timeout(Duration::from_millis(1), std::future::pending::<()>()).await;
        drop(time::interval(Duration::from_secs(1)));
    });
}

#[test]
fn connections() {
    assert_as_many!(net, net, async {
        let listener = net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut client = net::TcpStream::connect(address).await.unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        client.write_all(b"ping").await.unwrap();
        server.read_exact(&mut [0; 4]).await.unwrap();
        server.shutdown().await.unwrap();
    });
}

#[test]
fn datagrams() {
    assert_as_many!(net, net, async {
        let socket = net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        socket.send_to(b"ping", address).await.unwrap();
        socket.recv(&mut [0; 4]).await.unwrap();
    });
}

#[test]
fn messages() {
    assert_as_many!(sync::mpsc, mpsc, async {
        let (sender, mut receiver) = mpsc::channel(4);
        sender.send(7).await.unwrap();
        assert_eq!(receiver.recv().await, Some(7));
    });
}
