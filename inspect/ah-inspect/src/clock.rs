//! Ticks of the processor's own counter: most of what an event costs is its clock.

#[cfg(miri)]
use instant::Clock;
use std::sync::LazyLock;

#[cfg(not(miri))]
use quanta::Clock;

static CLOCK: LazyLock<Clock> = LazyLock::new(Clock::new);
static START: LazyLock<u64> = LazyLock::new(|| CLOCK.raw());

/// Calibrates the clock, which takes some milliseconds the first time.
pub(crate) fn start() {
    LazyLock::force(&START);
}

#[inline]
pub(crate) fn ticks() -> u64 {
    CLOCK.raw()
}

/// Nanoseconds from [`start`] to then.
pub(crate) fn nanos(ticks: u64) -> u64 {
    CLOCK.delta_as_nanos(*START, ticks)
}

/// Nanoseconds that so many ticks take.
pub(crate) fn span(ticks: u64) -> u64 {
    CLOCK.delta_as_nanos(0, ticks)
}

/// Miri has no counter to read.
#[cfg(miri)]
mod instant {
    use std::time::Instant;

    pub(super) struct Clock(Instant);

    impl Clock {
        pub(super) fn new() -> Self {
            Self(Instant::now())
        }

        pub(super) fn raw(&self) -> u64 {
            self.0.elapsed().as_nanos() as u64
        }

        pub(super) fn delta_as_nanos(&self, from: u64, to: u64) -> u64 {
            to.saturating_sub(from)
        }
    }
}
