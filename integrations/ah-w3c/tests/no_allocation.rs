//! What is allocated: nothing for a `traceparent`, once for each of the others.

#![expect(
    unsafe_code,
    reason = "an allocator that counts cannot be written without"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    fmt::Write as _,
    hint::black_box,
};

use ah_w3c::{Baggage, Remote, TraceParent, TraceState, extract};
use http::{HeaderMap, HeaderName, HeaderValue};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is the system allocator's, under the contract of the caller; `realloc` is made of the others
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller upholds the same contract
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the same contract, and `alloc` got the memory from there
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often this thread allocates in `f`.
fn allocations<R>(f: impl FnOnce() -> R) -> usize {
    let before = ALLOCATIONS.get();
    let result = black_box(f());
    let after = ALLOCATIONS.get();
    drop(result);
    after - before
}

const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const STATE: &str = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
const BAGGAGE: &str = "userId=Am%C3%A9lie,serverNode=DF%2028,isProduction=false";

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pairs = pairs.iter().map(|(name, value)| {
        let name = HeaderName::from_static(name);
        (name, HeaderValue::from_static(value))
    });
    pairs.collect()
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|| Box::new(7)), 1);
}

#[test]
fn a_traceparent_is_read_without_allocation() {
    for value in [GOOD, &GOOD.to_uppercase(), "", &GOOD.replace("00-", "ff-")] {
        let value = value.as_bytes();
        assert_eq!(allocations(|| TraceParent::read(value)), 0);
        let values = [value, value];
        assert_eq!(allocations(|| Remote::read(values, [], [], |_| ())), 0);
    }
    let headers = headers(&[("host", "example.com"), ("traceparent", GOOD)]);
    assert_eq!(allocations(|| extract(&headers, |_| ())), 0);
    assert!(extract(&headers, |_| ()).parent.is_some());
}

#[test]
fn a_traceparent_is_made_and_written_without_allocation() {
    let mut text = String::with_capacity(55);
    let made = allocations(|| {
        let child = TraceParent::new_root(true).child();
        write!(text, "{child}")?;
        assert_eq!(child.to_ascii(), *text.as_bytes());
        Ok::<_, std::fmt::Error>(())
    });
    assert_eq!(made, 0);
}

#[test]
fn the_others_are_allocated_once_if_they_came_as_they_are_sent() {
    let state = || TraceState::read([STATE.as_bytes()]);
    let baggage = || Baggage::read([BAGGAGE.as_bytes()]);
    assert_eq!(allocations(state), 1);
    assert_eq!(allocations(baggage), 1);
    let read = (state().expect("in order"), baggage().expect("in order"));
    assert_eq!(allocations(|| read.clone()), 0, "clones share it");
    assert_eq!(allocations(|| read.1.get("isProduction")), 0);
}
