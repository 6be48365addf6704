//! An *asymmetric fence* between many readers and few writers.
//!
//! One side stores and then runs [`light`], the other side stores and then runs [`heavy`]; then each loads what the other one
//! stored. At least one of the two sees the other's store. Two light fences promise nothing to each other.
//!
//! Where the system can run a fence on all threads of the process (`membarrier` of Linux, 0.5 µs), [`heavy`] does that, and
//! [`light`] is free. Elsewhere, and under Miri, both are fences of their own, of some 5 ns for each.
//!
//! [`prepare`] registers the process, which takes 20 ms where threads run already. Nobody waits for it, so readers and writers
//! are under way when it is done. The steps:
//!
//! 1. The process is registered, and a first call has worked.
//! 2. The stage becomes [`WRITERS`]: from now on heavy fences reach all threads.
//! 3. A sequentially consistent fence.
//! 4. The stage becomes [`FREE`]: light fences cost nothing from now on.
//!
//! A heavy fence begins with a sequentially consistent fence, too. If that comes before 3, then whoever sees 4 sees all that
//! was stored before that heavy fence; else it sees 2.

use std::sync::atomic::{
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    compiler_fence,
};

use crate::sync::{AtomicBool, AtomicU8, fence};

/// Light fences are fences, as heavy ones are.
const BOTH: u8 = 0;
/// And heavy ones reach all threads.
const WRITERS: u8 = 1;
/// And light ones order nothing but what the compiler does.
const FREE: u8 = 2;

static STAGE: AtomicU8 = AtomicU8::new(BOTH);

/// Registers the process, if it can be. To be called before readers begin, as far as possible.
#[cold]
pub(crate) fn prepare() {
    static BEGUN: AtomicBool = AtomicBool::new(false);
    if !BEGUN.swap(true, Relaxed) && system::register() {
        free_readers();
    }
}

/// Once the process is registered.
pub(crate) fn free_readers() {
    STAGE.store(WRITERS, Relaxed);
    fence(SeqCst); // with the first one of `heavy`
    STAGE.store(FREE, Release); // with `are_readers_free`
}

/// Returns `true` if light fences are free. What a thread saw so stays so.
#[inline]
pub(super) fn are_readers_free() -> bool {
    STAGE.load(Acquire) == FREE // with `free_readers`
}

/// Between a store and a load of a reader.
#[inline]
pub(super) fn light() {
    if are_readers_free() {
        light_if_free();
    } else {
        fence(SeqCst);
    }
}

/// The same, where [`are_readers_free`] returned `true`.
#[inline]
pub(super) fn light_if_free() {
    compiler_fence(SeqCst);
}

/// Between a store and a load of a writer. Returns `false` if readers may have missed it: then nothing may be concluded from
/// what they stored.
#[must_use]
pub(super) fn heavy() -> bool {
    fence(SeqCst); // with `light`, and with the fence of `free_readers`
    STAGE.load(Relaxed) == BOTH || system::fence_all_threads()
}

/// `membarrier(2)` by the C library's `syscall`, which `std` links to.
#[cfg(all(
    target_os = "linux",
    any(
        all(target_arch = "x86_64", target_pointer_width = "64"),
        target_arch = "aarch64"
    ),
    not(any(miri, ah_loom, ah_shuttle))
))]
mod system {
    use std::ffi::{c_int, c_long, c_uint};

    #[cfg(target_arch = "x86_64")]
    const MEMBARRIER: c_long = 324;
    #[cfg(target_arch = "aarch64")]
    const MEMBARRIER: c_long = 283;
    const PRIVATE_EXPEDITED: c_int = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: c_int = 1 << 4;

    unsafe extern "C" {
        fn syscall(number: c_long, ...) -> c_long;
    }

    fn membarrier(command: c_int) -> bool {
        let (flags, cpu): (c_uint, c_int) = (0, 0);
        // SAFETY: this call of the system takes numbers and touches no memory
        unsafe { syscall(MEMBARRIER, command, flags, cpu) == 0 }
    }

    pub(super) fn register() -> bool {
        membarrier(REGISTER_PRIVATE_EXPEDITED) && membarrier(PRIVATE_EXPEDITED)
    }

    /// Children of `fork` are registered, too. A sandbox that was entered meanwhile may refuse.
    pub(super) fn fence_all_threads() -> bool {
        membarrier(PRIVATE_EXPEDITED)
    }
}

/// In models readers are free if the model says so, by `free_readers`.
#[cfg(ah_loom)]
mod system {
    pub(super) fn register() -> bool {
        false
    }

    pub(super) fn fence_all_threads() -> bool {
        crate::sync::of_loom::fence_all_threads();
        true
    }
}

#[cfg(not(any(
    ah_loom,
    all(
        target_os = "linux",
        any(
            all(target_arch = "x86_64", target_pointer_width = "64"),
            target_arch = "aarch64"
        ),
        not(any(miri, ah_shuttle))
    )
)))]
mod system {
    pub(super) fn register() -> bool {
        false
    }

    pub(super) fn fence_all_threads() -> bool {
        false
    }
}
