//! `tests/traced` in edition 2021, where nobody listens but where a test says so.

use core::prelude::v1::test;

#[path = "../../traced/all.rs"]
mod traced;
