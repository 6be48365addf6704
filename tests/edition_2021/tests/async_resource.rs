//! The tests of `#[async_resource]` once more, in the edition before, where nobody listens but where a test says so.

#![deny(warnings)]
#![allow(
    unreachable_pub,
    reason = "methods that are not private run in the scope"
)]

use core::prelude::v1::test;

#[path = "../../support/mod.rs"]
mod support;

#[path = "../../async_resource/as_before.rs"]
mod as_before;
#[path = "../../async_resource/cases.rs"]
mod cases;
#[path = "../../async_resource/drops.rs"]
mod drops;
#[path = "../../async_resource/futures.rs"]
mod futures;
#[path = "../../async_resource/literals.rs"]
mod literals;
#[path = "../../async_resource/marked.rs"]
mod marked;
#[path = "../../async_resource/methods.rs"]
mod methods;
#[path = "../../async_resource/options.rs"]
mod options;
#[path = "../../async_resource/patterns.rs"]
mod patterns;
#[path = "../../async_resource/receivers.rs"]
mod receivers;
#[path = "../../async_resource/shapes.rs"]
mod shapes;
