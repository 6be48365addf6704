//! `#[traced]`, under the laws of events. In edition 2021 the same tests run where nobody listens.

#![deny(warnings, clippy::pedantic)]

use ah_testing::test;

#[path = "all.rs"]
mod traced;
