//! `#[async_resource("DBQuery")]` on structs, `#[async_resource]` on their impl blocks and on functions that create
//! them.
//!
//! | file | what it is about |
//! |---|---|
//! | `args.rs` | the options |
//! | `derives.rs` | a struct's first stage: derives that look are moved above what comes next |
//! | `structure.rs`, `model.rs`, `check.rs` | its second stage: the field, the trait, the constructors |
//! | `deserialize.rs` | the field is no part of the data |
//! | `block.rs`, `target.rs` | impl blocks |
//! | `method.rs`, `enter.rs` | methods that run in the scope of their object |
//! | `function.rs` | functions outside of such blocks |
//! | `literals.rs` | literals of the type get a resource |
//! | `names.rs` | what the generated code of both agrees upon |

mod args;
mod block;
mod check;
pub(crate) mod derives;
mod deserialize;
mod enter;
mod function;
mod literals;
mod method;
mod model;
mod names;
mod structure;
mod target;
#[cfg(test)]
#[path = "../../unit_tests/async_resource.rs"]
mod tests;

use proc_macro2::{Ident, TokenStream};

use crate::{diag::Mistakes, item_fn::keyword};

/// `#[async_resource]`
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let keyword = keyword(item.clone());
    match keyword.as_ref().map(ToString::to_string).as_deref() {
        Some("struct") => structure::expand(args, item, derives::Turn::First),
        Some("impl") => block::expand(args, item, block::Turn::First),
        Some("fn") => function::expand(args, item),
        _ => refuse(keyword, item),
    }
}

/// The struct's attribute again, after other attribute macros.
pub(crate) fn struct_after_others(args: TokenStream, item: TokenStream) -> TokenStream {
    structure::expand(args, item, derives::Turn::Last)
}

/// The second stage of a struct: below the derives that look.
pub(crate) fn field(args: TokenStream, item: TokenStream) -> TokenStream {
    structure::second_stage(args, item)
}

/// The block's attribute again, after other attribute macros.
pub(crate) fn block_after_others(args: TokenStream, item: TokenStream) -> TokenStream {
    block::expand(args, item, block::Turn::Last)
}

/// A method of an annotated block, after other attribute macros on the method.
pub(crate) fn method(args: TokenStream, item: TokenStream) -> TokenStream {
    method::after_others(args, item)
}

fn refuse(keyword: Option<Ident>, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let instead = match keyword.as_ref().map(ToString::to_string).as_deref() {
        Some("enum" | "union") => "put it into a struct, and the attribute on the struct",
        Some("trait") => "annotate the structs that implement it, and their impl blocks",
        _ => "move it there",
    };
    let message = format!(
        "`#[async_resource]` belongs on a struct, on an impl block of one, or on a function that creates one: {instead}"
    );
    match keyword {
        Some(keyword) => mistakes.at(keyword, message),
        None => mistakes.at(&item, message),
    }
    mistakes.beside(item)
}
