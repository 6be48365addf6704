//! `#[async_resource("DBQuery")]` on structs, `#[async_resource]` on their impl blocks and on functions that make them.
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
mod tests;

use proc_macro2::TokenStream;
use syn::{
    Attribute, Ident, Token, Visibility,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use crate::diag::Mistakes;

/// What the attribute stands on.
enum On {
    Struct,
    Block,
    Fn,
    /// Something else: the token that says so.
    Other(TokenStream),
}

/// `#[async_resource]`
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match on.parse2(item.clone()) {
        Ok(On::Struct) => structure::expand(args, item, derives::Turn::First),
        Ok(On::Block) => block::expand(args, item, block::Turn::First),
        Ok(On::Fn) => function::expand(args, item),
        Ok(On::Other(token)) => refuse(&token, item),
        Err(error) => {
            let mut mistakes = Mistakes::new();
            mistakes.push(error);
            mistakes.beside(item)
        }
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

fn on(input: ParseStream<'_>) -> syn::Result<On> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let found = if input.peek(Token![struct]) {
        On::Struct
    } else if input.peek(Token![impl]) || input.peek2(Token![impl]) {
        On::Block
    } else {
        match keyword(input)? {
            word if word == "fn" => On::Fn,
            word => On::Other(quote::quote!(#word)),
        }
    };
    input.parse::<TokenStream>()?;
    Ok(found)
}

/// The word that says what an item is.
fn keyword(input: ParseStream<'_>) -> syn::Result<Ident> {
    const MODIFIERS: [&str; 5] = ["async", "unsafe", "const", "default", "extern"];
    let first = input.call(Ident::parse_any)?;
    let mut word = first.clone();
    while MODIFIERS.iter().any(|modifier| word == modifier) && input.peek(Ident::peek_any) {
        word = input.call(Ident::parse_any)?;
    }
    let is_item = [
        "fn", "enum", "union", "trait", "mod", "type", "use", "static",
    ];
    Ok(if is_item.iter().any(|item| word == item) {
        word
    } else {
        first
    })
}

fn refuse(token: &TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let instead = match token.to_string().as_str() {
        "enum" | "union" => "put it into a struct, and the attribute on the struct",
        "trait" => "annotate the structs that implement it, and their impl blocks",
        _ => "move it there",
    };
    mistakes.at(
        token,
        format!("`#[async_resource]` belongs on a struct or on an impl block of one: {instead}"),
    );
    mistakes.beside(item)
}
