//! What `#[traced]` stands on.

use proc_macro2::{Ident, TokenStream};

use crate::{
    diag::Mistakes,
    item_block::Block,
    item_fn::{ItemFn, keyword},
};

/// The item.
pub(super) enum Item {
    Fn(Box<ItemFn>),
    Block(Block),
}

impl Item {
    /// Parses what can be traced; notes why the rest cannot.
    pub(super) fn parse(item: TokenStream, mistakes: &mut Mistakes) -> Option<Self> {
        let keyword = keyword(item.clone());
        match keyword.as_ref().map(ToString::to_string).as_deref() {
            Some("impl" | "trait") => {
                let block = syn::parse2(item);
                mistakes.ok(block).map(Self::Block)
            }
            Some("fn") => {
                let function = syn::parse2(item);
                mistakes
                    .ok(function)
                    .map(|function| Self::Fn(Box::new(function)))
            }
            _ => {
                refuse(keyword, item, mistakes);
                None
            }
        }
    }
}

fn refuse(keyword: Option<Ident>, item: TokenStream, mistakes: &mut Mistakes) {
    let Some(keyword) = keyword else {
        return mistakes.at(
            item,
            "`#[traced]` belongs on a function, or on an `impl` or `trait` block",
        );
    };
    let instead = match keyword.to_string().as_str() {
        "struct" => "write `#[async_resource(\"TYPE\")]` here",
        "mod" => "write it on the functions in here",
        _ => "remove it here",
    };
    let message =
        format!("`#[traced]` belongs on a function, or on an `impl` or `trait` block: {instead}");
    mistakes.at(keyword, message);
}
