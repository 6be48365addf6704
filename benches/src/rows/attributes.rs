//! Attributes that are compiled in while nothing is enabled, on functions that do some work of their own.

use std::{hint::black_box, time::Duration};

use crate::{
    harness::{Row, time},
    stores::ready,
};

pub(super) fn rows() -> Vec<Row> {
    const TRACING: &str = "the same with tracing's attribute";
    vec![
        Row::new("attributes_compiled_in_100ns", short)
            .against(TRACING, |times| time(times, || ready(instrumented_short())))
            .at_most(1.05),
        Row::new("attributes_compiled_in_1us", long)
            .against(TRACING, |times| time(times, || ready(instrumented_long())))
            .at_most(1.01),
        Row::new("attributes_compiled_in_100ns_vs_none", short)
            .against("the same without", |times| {
                time(times, || ready(plain_short()))
            }),
        Row::new("attributes_compiled_in_1us_vs_none", long).against("the same without", |times| {
            time(times, || ready(plain_long()))
        }),
    ]
}

fn short(times: u32) -> Duration {
    time(times, || ready(traced_short()))
}

fn long(times: u32) -> Duration {
    time(times, || ready(traced_long()))
}

/// Each step waits for the one before it: about a nanosecond.
#[inline(never)]
fn work(steps: u32) -> u64 {
    (0..steps).fold(black_box(1), |value: u64, _| {
        value.wrapping_mul(6_364_136_223_846_793_005).rotate_left(7)
    })
}

const SHORT: u32 = 80;
const LONG: u32 = 800;

#[async_hooks::traced]
async fn traced_short() -> u64 {
    work(SHORT)
}

#[tracing::instrument(skip_all)]
async fn instrumented_short() -> u64 {
    work(SHORT)
}

async fn plain_short() -> u64 {
    work(SHORT)
}

#[async_hooks::traced]
async fn traced_long() -> u64 {
    work(LONG)
}

#[tracing::instrument(skip_all)]
async fn instrumented_long() -> u64 {
    work(LONG)
}

async fn plain_long() -> u64 {
    work(LONG)
}
