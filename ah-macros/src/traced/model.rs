//! What `#[traced]` stands on.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Ident,
    parse::{ParseStream, Parser},
};

use super::block::Block;
use crate::{diag::Mistakes, item_fn::ItemFn};

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
            "`#[traced]` goes on a function, or on an `impl` or `trait` block",
        );
    };
    let instead = match keyword.to_string().as_str() {
        "struct" => "write `#[async_resource(\"TYPE\")]` here",
        "mod" => "write it on the functions in here",
        _ => "remove it here",
    };
    let message =
        format!("`#[traced]` goes on a function, or on an `impl` or `trait` block: {instead}");
    mistakes.at(keyword, message);
}

/// The word that says what kind of item it is.
fn keyword(item: TokenStream) -> Option<Ident> {
    let find = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        let rest: TokenStream = input.parse()?;
        Ok(rest.into_iter().find_map(item_keyword))
    };
    find.parse2(item).ok().flatten()
}

fn item_keyword(token: TokenTree) -> Option<Ident> {
    const KEYWORDS: &[&str] = &[
        "fn",
        "impl",
        "trait",
        "struct",
        "enum",
        "union",
        "mod",
        "type",
        "use",
        "static",
        "let",
        "macro_rules",
        "crate",
    ];
    match token {
        TokenTree::Ident(word) if KEYWORDS.iter().any(|keyword| word == keyword) => Some(word),
        _ => None,
    }
}
