//! The catalogue: what Node's own tests, manual and sources say of async hooks and async context, row by row.
//!
//! Each row is a test that is named after it; `table.rs` lists them all, and `docs/guide/conformance.md` is made of that. Where
//! this project differs on purpose, the test asserts our rule, and its first line says so. Rows about the whole process
//! are in `tests/catalogue_process.rs`.

mod ds;
mod em;
mod ev;
mod gr;
mod hk;
mod id;
mod la;
mod le;
mod ls;
mod ph;
mod pl;
mod pr;
mod rs;
mod sc;
#[path = "../support/mod.rs"]
mod shared;
mod st;
mod support;
mod table;
mod tr;
mod xr;
