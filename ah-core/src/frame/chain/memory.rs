//! The memory of nodes.
//!
//! Most nodes live for a call: `run` creates one and drops it. So small ones all have memory of one size, and each thread
//! keeps the piece that it freed last for the next one. Where uses of freed memory are looked for, nothing is kept.

use std::{
    alloc::{Layout, alloc, dealloc, handle_alloc_error},
    cell::Cell,
    ptr::{self, NonNull},
};

/// Whether each use of freed memory is to be seen.
const IS_WATCHED: bool = cfg!(any(miri, ah_loom, ah_shuttle));

/// A node with a value of three words, such as a `String`, and all that is smaller.
const SMALL: Layout = match Layout::from_size_align(120, 8) {
    Ok(layout) => layout,
    Err(_) => panic!("a valid layout"),
};

/// Memory for a node with this layout: small ones have more of it.
const fn rounded(layout: Layout) -> Layout {
    if layout.size() <= SMALL.size() && layout.align() <= SMALL.align() {
        SMALL
    } else {
        layout
    }
}

/// Memory that is kept for the next small node, or null.
///
/// Invariant: allocated as [`SMALL`], and nobody else has it.
struct Kept(Cell<*mut u8>);

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(memory) = NonNull::new(self.0.get()) {
            // SAFETY: by the invariant
            unsafe { dealloc(memory.as_ptr(), SMALL) }
        }
    }
}

thread_local! {
    static KEPT: Kept = const { Kept(Cell::new(ptr::null_mut())) };
}

/// Writes a node to memory of its own.
#[inline]
pub(super) fn place<N>(node: N) -> NonNull<N> {
    let place = memory(const { rounded(Layout::new::<N>()) }).cast();
    // SAFETY: memory for an `N` that nobody else has
    unsafe { place.write(node) };
    place
}

#[inline]
fn memory(layout: Layout) -> NonNull<u8> {
    let take = |kept: &Kept| NonNull::new(kept.0.replace(ptr::null_mut()));
    let kept = if layout == SMALL {
        KEPT.try_with(take).ok().flatten()
    } else {
        None
    };
    kept.unwrap_or_else(|| allocate(layout))
}

fn allocate(layout: Layout) -> NonNull<u8> {
    // SAFETY: a node has a header, so it is not of size zero
    let memory = unsafe { alloc(layout) };
    NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(layout))
}

/// Frees the memory of a node with this layout, or keeps it.
///
/// # Safety
/// [`place`] returned it, and nobody uses it any more.
#[inline]
pub(super) unsafe fn free(memory: NonNull<u8>, layout: Layout) {
    let layout = rounded(layout);
    let keep = |kept: &Kept| {
        kept.0.get().is_null() && {
            kept.0.set(memory.as_ptr());
            true
        }
    };
    let is_kept = layout == SMALL && !IS_WATCHED && KEPT.try_with(keep).unwrap_or(false);
    if !is_kept {
        // SAFETY: allocated with this layout by `place`, and not used any more
        unsafe { dealloc(memory.as_ptr(), layout) }
    }
}
