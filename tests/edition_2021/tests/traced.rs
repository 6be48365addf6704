//! `tests/traced` in edition 2021.

#[path = "../../traced/main.rs"]
mod traced;
