//! Ticks of the processor's own counter: most of what an event costs is its clock.

use std::sync::LazyLock;

static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);
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
