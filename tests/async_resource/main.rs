//! `#[async_resource]`: each test is named for what is promised, or for the case of other macros' mistakes that it is about.
//! All run under the laws of events; in edition 2021 most of them run once more, where nobody listens.

#![deny(warnings)]
#![allow(
    unreachable_pub,
    reason = "methods that are not private run in the scope"
)]

use ah_testing::test;

#[path = "../support/mod.rs"]
mod support;

mod as_before;
mod cases;
mod combinations;
mod derives;
mod drops;
mod futures;
mod hygiene;
mod literals;
mod marked;
mod methods;
mod options;
mod patterns;
mod pedantic;
mod receivers;
mod serde_data;
mod shapes;
mod stores;
mod tour;
mod traits;
