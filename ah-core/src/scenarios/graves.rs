//! Memory that was freed is written over, and not used again soon: so a scenario sees it if something freed is used.

#![expect(unsafe_code, reason = "an allocator")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::{Mutex, PoisonError},
};

/// So many blocks that were freed are kept.
const GRAVES: usize = 4096;
/// Larger ones are not kept: nothing that threads share is so large.
const LARGEST: usize = 1024;

struct Graves(Mutex<Buried>);

/// Blocks that were freed, by address, and the place of the oldest.
struct Buried {
    blocks: [(usize, Layout); GRAVES],
    oldest: usize,
}

#[global_allocator]
static ALLOCATOR: Graves = Graves(Mutex::new(Buried {
    blocks: [(0, Layout::new::<()>()); GRAVES],
    oldest: 0,
}));

impl Graves {
    /// Keeps a block instead of the oldest one, which is nothing at first.
    fn bury(&self, block: *mut u8, layout: Layout) -> (*mut u8, Layout) {
        let mut buried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = buried.oldest;
        buried.oldest = (at + 1) % GRAVES;
        let new = (block.expose_provenance(), layout);
        let (oldest, layout) = std::mem::replace(&mut buried.blocks[at], new);
        (std::ptr::with_exposed_provenance_mut(oldest), layout)
    }
}

// SAFETY: blocks are those of `System`; each is returned to it once, later
unsafe impl GlobalAlloc for Graves {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller upholds the same contract as `System.alloc`
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let (mut block, mut layout) = (block, layout);
        if layout.size() <= LARGEST {
            // SAFETY: the block is the caller's until it is freed
            unsafe { block.write_bytes(0, layout.size()) };
            (block, layout) = self.bury(block, layout);
        }
        if !block.is_null() {
            // SAFETY: the caller upholds the same contract as `System.dealloc`, or did so in an earlier call
            unsafe { System.dealloc(block, layout) }
        }
    }
}
