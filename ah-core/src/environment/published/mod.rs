//! One list, replaced as a whole, that threads read without counting: a *hazard pointer* with an *asymmetric fence*.
//!
//! After M. M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects" (IEEE Transactions on Parallel and
//! Distributed Systems 15, 2004), and D. Goldblatt, "Asymmetric Fences" (WG21 P1202). A thread has one hazard pointer, its
//! *slot*, and takes others for reads of other instances within that one.
//!
//! A read:
//!
//! 1. loads the current list;
//! 2. stores its address in the slot;
//! 3. runs the light fence;
//! 4. loads the current list again, and returns to 2 if it is another one. It uses what this load returned: the first
//!    list may be freed by now, and the new one at its address;
//! 5. ends: stores null in the slot, runs the light fence, and loads the number of lists that wait;
//! 6. collects if there are any.
//!
//! A replacement, under the lock of the instance:
//!
//! 1. stores the new list as the current one;
//! 2. adds the old list to the retired ones, and stores the number of those that wait.
//!
//! A collection:
//!
//! 1. takes the lock, and runs the heavy fence;
//! 2. loads all slots. Retired lists that no slot names are removed, the others wait;
//! 3. releases the lock, and frees what was removed.
//!
//! Between the store and the load of a read and those of whoever collects, one of the two fences is first (`fence.rs`). So:
//!
//! - Either the collection sees the slot (read 2), or the read sees the new list (read 4): no list is freed that is read.
//! - Either the collection sees the slot empty (read 5), or the read sees that a list waits: each list is freed without any
//!   later event, by the thread that replaced it or by one that stops reading it.
//!
//! And besides:
//!
//! - A read sees the list that was current when the outermost read of this instance on this thread began: reads within it
//!   see the same one.
//! - A list is freed under no lock of ours: what it owns may have a user's `Drop`.

#![expect(
    unsafe_code,
    reason = "a hot module: an emission reads the hook list without counting it"
)]

pub(crate) mod fence;
pub(crate) mod list;
pub(crate) mod slots;
#[cfg(all(test, not(any(ah_loom, ah_shuttle))))]
mod stress;
