//! The system's allocator, with a count of what is allocated now.

#![expect(
    unsafe_code,
    reason = "an allocator that counts cannot be written without"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

static BYTES: AtomicUsize = AtomicUsize::new(0);
static BLOCKS: AtomicUsize = AtomicUsize::new(0);

/// Returns how many bytes are allocated now.
pub(crate) fn bytes() -> usize {
    BYTES.load(Relaxed)
}

/// Returns in how many blocks they are.
pub(crate) fn blocks() -> usize {
    BLOCKS.load(Relaxed)
}

struct Counting;

// SAFETY: every call is the system allocator's, under the contract of the caller; counting beside it allocates nothing.
// `realloc` is the default one, which calls these two
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller upholds the same contract as `System.alloc`
        let memory = unsafe { System.alloc(layout) };
        if !memory.is_null() {
            BYTES.fetch_add(layout.size(), Relaxed);
            BLOCKS.fetch_add(1, Relaxed);
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Relaxed);
        BLOCKS.fetch_sub(1, Relaxed);
        // SAFETY: the caller upholds the same contract as `System.dealloc`; `alloc` got the block from there
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;
