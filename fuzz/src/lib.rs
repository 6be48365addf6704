//! What the fuzz targets share.
//!
//! | file | what it is about |
//! |---|---|
//! | `written.rs` | an attribute and its item, taken from text |
//! | `check.rs` | what holds for every expansion |
//! | `grammar.rs` | attributes and items written by a grammar, from the fuzzer's bytes |
//! | `bin/seeds.rs` | what is in the repository, as a first corpus |
//!
//! Nothing can be linked with the inside of a proc-macro crate, so the modules of `ah-macros` are compiled once more here:
//! they know the compiler by `proc_macro2` only, which works without it. What is missing is the few lines of its `lib.rs`
//! that convert the tokens.

#[path = "../../ah-macros/src/async_resource/mod.rs"]
mod async_resource;
#[path = "../../ah-macros/src/attr.rs"]
mod attr;
mod check;
#[path = "../../ah-macros/src/crate_path.rs"]
mod crate_path;
#[path = "../../ah-macros/src/diag.rs"]
mod diag;
#[path = "../../ah-macros/src/fields.rs"]
mod fields;
mod grammar;
#[path = "../../ah-macros/src/guess.rs"]
mod guess;
#[path = "../../ah-macros/src/inert.rs"]
mod inert;
#[path = "../../ah-macros/src/item_block.rs"]
mod item_block;
#[path = "../../ah-macros/src/item_fn.rs"]
mod item_fn;
#[path = "../../ah-macros/src/lower/mod.rs"]
mod lower;
#[path = "../../ah-macros/src/macro_input.rs"]
mod macro_input;
#[path = "../../ah-macros/src/test_attr.rs"]
mod test_attr;
#[path = "../../ah-macros/src/tokio_attr.rs"]
mod tokio_attr;
#[path = "../../ah-macros/src/traced/mod.rs"]
mod traced;
mod written;

pub use check::{ASYNC_RESOURCE, TESTS_AND_MAINS, TRACED, check};
pub use grammar::written;
pub use written::Written;

/// As in `ah-macros`.
const OFF: bool = cfg!(feature = "off");
