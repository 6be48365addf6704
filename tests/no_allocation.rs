//! Rule 13: with no hook enabled and no store set, nothing is allocated, and little where one is. No test in this binary enables a hook.

#![expect(
    unsafe_code,
    reason = "an allocator that counts cannot be written without"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    future::Future,
    hint::black_box,
    pin::pin,
    task::{Context, Waker},
};

use async_hooks::{AsyncLocalStorage, AsyncResource, Task, prelude::*};

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

/// How often this thread allocates in `f`.
fn allocations<R>(f: impl FnOnce() -> R) -> usize {
    let before = ALLOCATIONS.get();
    drop(black_box(f()));
    ALLOCATIONS.get() - before
}

fn poll<F: Future>(future: F) {
    let mut cx = Context::from_waker(Waker::noop());
    assert!(pin!(future).poll(&mut cx).is_ready());
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|| Box::new(7)), 1);
}

#[test]
fn a_resource_is_made_and_dropped_without_allocation() {
    assert_eq!(allocations(|| AsyncResource::new("A")), 0);
    assert_eq!(allocations(|| AsyncResource::builder("A").build()), 0);
}

#[test]
fn the_data_of_a_resource_is_not_made() {
    let build = || AsyncResource::builder("A").data(|| Box::new(7)).build();
    assert_eq!(allocations(build), 0);
}

#[test]
fn a_traced_future_is_made_polled_and_dropped_without_allocation() {
    assert_eq!(allocations(|| poll(async {}.traced("F"))), 0);
    assert_eq!(allocations(|| async {}.traced("F")), 0);
}

/// Each thread keeps the memory of one small store for the next.
#[test]
fn a_store_after_another_is_entered_without_allocation() {
    static NUMBER: AsyncLocalStorage<u64> = AsyncLocalStorage::new();
    static TEXT: AsyncLocalStorage<String> = AsyncLocalStorage::new();
    NUMBER.run(1, || ());
    let enter_both = || {
        assert_eq!(NUMBER.run(2, || NUMBER.get()), Some(2));
        TEXT.run(String::new(), || {
            assert_eq!(TEXT.get().as_deref(), Some(""))
        });
    };
    enter_both(); // each storage is numbered
    assert_eq!(allocations(enter_both), 0);
}

#[test]
fn a_future_carries_no_context_without_allocation() {
    assert_eq!(allocations(|| poll(async {}.in_current_context())), 0);
}

#[test]
fn snapshots_bound_closures_and_tasks_are_made_without_allocation() {
    assert_eq!(allocations(async_hooks::snapshot), 0);
    let resource = AsyncResource::new("A");
    assert_eq!(allocations(|| resource.bind(|| ())), 0);
    assert_eq!(allocations(|| std::mem::forget(Task::new(async {}))), 0);
}

#[test]
fn the_look_ups_do_not_allocate() {
    assert_eq!(allocations(async_hooks::execution_async_id), 0);
    assert_eq!(allocations(async_hooks::trigger_async_id), 0);
    assert_eq!(allocations(async_hooks::execution_async_resource), 0);
}

#[test]
fn a_scope_is_entered_without_allocation_but_for_the_first_one_of_a_thread() {
    let resource = AsyncResource::new("A");
    resource.run_in_async_scope(|| ());
    assert_eq!(allocations(|| resource.run_in_async_scope(|| ())), 0);
    assert_eq!(allocations(|| poll(Task::new(async {}))), 0);
}

#[async_hooks::traced(fields(text = "x".repeat(n)), ret)]
fn traced(n: usize) -> usize {
    n
}

#[async_hooks::traced(fields(text = "x".repeat(n)), ret)]
async fn traced_future(n: usize) -> usize {
    n
}

#[test]
fn a_traced_function_is_called_without_allocation_or_id() {
    assert_eq!(allocations(|| traced(1)), 0);
    assert_eq!(allocations(|| poll(traced_future(1))), 0);
}
