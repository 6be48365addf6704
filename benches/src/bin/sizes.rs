//! How many bytes things take: wrappers, and futures that are alive.

#![expect(
    unsafe_code,
    reason = "an allocator that counts cannot be written without"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    future::Future,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use async_hooks::{AsyncResource, Hooks, Task, prelude::*};

struct Counting;

static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is the system allocator's, under the contract of the caller
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE_BYTES.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller upholds the same contract as `System.alloc`
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE_BYTES.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller upholds the same contract as `System.dealloc`; `alloc` got the block from there
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const MILLION: usize = 1_000_000;

fn main() {
    println!("{:<52} {:>12}", "what", "bytes");
    types();
    levels();
    a_million_futures();
}

fn show(what: &str, bytes: usize) {
    println!("{what:<52} {bytes:>12}");
}

/// What a wrapper adds to a future.
fn types() {
    use std::future::Pending;
    use tracing::Instrument as _;
    let plain = size_of::<Pending<()>>();
    let pending = std::future::pending::<()>;
    let resource = AsyncResource::new("RESOURCE");
    show("AsyncResource", size_of::<AsyncResource>());
    show(
        "Framed, more than its future",
        size_of_val(&pending().in_current_context()) - plain,
    );
    show(
        "Traced, more than its future",
        size_of_val(&pending().traced("F")) - plain,
    );
    show(
        "ResourceScope, more than its future",
        size_of_val(&resource.scope(pending())) - plain,
    );
    show(
        "Task, more than its future",
        size_of_val(&Task::new(pending())) - plain,
    );
    let instrumented = pending().instrument(tracing::Span::none());
    show(
        "tracing Instrumented, more than its future",
        size_of_val(&instrumented) - plain,
    );
}

async fn plain(bytes: [u64; 8]) -> [u64; 8] {
    std::future::pending::<()>().await;
    bytes
}

#[async_hooks::traced]
async fn traced(bytes: [u64; 8]) -> [u64; 8] {
    std::future::pending::<()>().await;
    bytes
}

#[tracing::instrument(skip_all)]
async fn instrumented(bytes: [u64; 8]) -> [u64; 8] {
    std::future::pending::<()>().await;
    bytes
}

#[fastrace::trace]
async fn fastraced(bytes: [u64; 8]) -> [u64; 8] {
    std::future::pending::<()>().await;
    bytes
}

/// What an attribute adds to an async function that keeps an argument of 64 bytes while it waits.
fn levels() {
    let without = size_of_val(&plain([0; 8]));
    let more = |with: usize| with - without;
    show("an async fn with 64 bytes", without);
    show(
        "the same with #[traced], more",
        more(size_of_val(&traced([0; 8]))),
    );
    show(
        "with tracing's #[instrument], more",
        more(size_of_val(&instrumented([0; 8]))),
    );
    show(
        "with fastrace's #[trace], more",
        more(size_of_val(&fastraced([0; 8]))),
    );
}

/// What a million tracked futures take on the heap while they are alive, each in a box of its own.
fn a_million_futures() {
    let traced = || std::future::pending::<()>().traced("F");
    show(
        "a million boxed tracked futures, nobody listening",
        heap_of(traced),
    );
    let hook = async_hooks::create_hook(Hooks::builder().init(|_| ()).destroy(|_| ()).build());
    hook.enable();
    show("a million boxed tracked futures, heard of", heap_of(traced));
    hook.disable();
}

fn heap_of<F: Future>(make: impl Fn() -> F) -> usize {
    let mut alive = Vec::with_capacity(MILLION);
    let before = LIVE_BYTES.load(Relaxed);
    alive.resize_with(MILLION, || Box::pin(make()));
    LIVE_BYTES.load(Relaxed) - before
}
