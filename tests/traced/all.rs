//! `#[traced]`, through the facade. Where a case of macro-cases.md is tested, the name of the test says its number.
//!
//! All of this is compiled in edition 2021, too: see `tests/edition_2021`.

#![deny(warnings, clippy::pedantic)]
#![allow(
    clippy::async_yields_async,
    clippy::default_trait_access,
    clippy::drop_non_drop,
    clippy::float_cmp,
    clippy::large_types_passed_by_value,
    clippy::let_and_return,
    clippy::manual_unwrap_or,
    clippy::manual_unwrap_or_default,
    clippy::many_single_char_names,
    clippy::needless_lifetimes,
    clippy::semicolon_if_nothing_returned,
    clippy::toplevel_ref_arg,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::unused_self,
    reason = "what the functions here are as they were written; nothing of what the attribute makes of them"
)]

mod as_before;
mod async_trait;
mod carries;
mod drops;
mod events;
mod futures;
mod methods;
mod options;
mod order;
mod run_time;
mod shapes;
#[path = "../support/mod.rs"]
mod support;
