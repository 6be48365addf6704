//! A function with its signature parsed and its body as it is.
//!
//! The body is one token group that is emitted once, unmodified: so it costs nothing to parse, errors and editors find
//! every token where the user put it, and a body that does not parse is for rustc to report.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    AttrStyle, Attribute, Signature, Token, Visibility,
    parse::{Parse, ParseStream, Parser},
    token::Brace,
};

/// A function, a method of an impl or a method of a trait.
#[derive(Clone)]
pub(crate) struct ItemFn {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

#[derive(Clone)]
pub(crate) enum Body {
    Block(Group),
    /// A declaration.
    None(Token![;]),
}

impl Parse for ItemFn {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            defaultness: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl Parse for Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![;]) {
            return input.parse().map(Self::None);
        }
        if !input.peek(Brace) {
            return Err(input.error("expected the body of a function"));
        }
        let body: TokenTree = input.parse()?;
        match without_none(body) {
            TokenTree::Group(body) => Ok(Self::Block(body)),
            other => Err(syn::Error::new_spanned(
                other,
                "expected the body of a function",
            )),
        }
    }
}

/// A block that came through a `macro_rules!` fragment stands in a group that cannot be seen.
fn without_none(tree: TokenTree) -> TokenTree {
    let TokenTree::Group(group) = &tree else {
        return tree;
    };
    let mut inside = group.stream().into_iter();
    match (group.delimiter(), inside.next(), inside.next()) {
        (Delimiter::None, Some(only), None) => without_none(only),
        _ => tree,
    }
}

impl ItemFn {
    /// Moves `#![…]` from the beginning of the body to the function, where they mean the same: the body may become a
    /// block inside other blocks, where they are not allowed.
    pub(crate) fn hoist_inner_attributes(&mut self) {
        let Body::Block(body) = &mut self.body else {
            return;
        };
        if !starts_with_inner_attribute(body) {
            return;
        }
        let split = |input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_inner)?;
            Ok((attrs, input.parse::<TokenStream>()?))
        };
        if let Ok((attrs, rest)) = split.parse2(body.stream()) {
            let span = body.span();
            *body = Group::new(Delimiter::Brace, rest);
            body.set_span(span);
            self.attrs.extend(attrs.into_iter().map(outer));
        }
    }
}

fn starts_with_inner_attribute(body: &Group) -> bool {
    let mut tokens = body.stream().into_iter();
    let mut is = |wanted| matches!(tokens.next(), Some(TokenTree::Punct(found)) if found.as_char() == wanted);
    is('#') && is('!')
}

/// The attribute, as it is written before an item.
pub(crate) fn outer(attr: Attribute) -> Attribute {
    Attribute {
        style: AttrStyle::Outer,
        ..attr
    }
}

impl ToTokens for ItemFn {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attr in &self.attrs {
            attr.to_tokens(tokens);
        }
        self.vis.to_tokens(tokens);
        self.defaultness.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Block(block) => block.to_tokens(tokens),
            Self::None(semi) => semi.to_tokens(tokens),
        }
    }
}

/// The word that says what kind of item it is.
pub(crate) fn keyword(item: TokenStream) -> Option<Ident> {
    let find = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        let rest: TokenStream = input.parse()?;
        Ok(rest.into_iter().find_map(item_keyword))
    };
    find.parse2(item).ok().flatten()
}

fn item_keyword(token: TokenTree) -> Option<Ident> {
    const KEYWORDS: &str =
        "fn impl trait struct enum union mod type use static let macro_rules crate";
    match token {
        TokenTree::Ident(word) if KEYWORDS.split(' ').any(|keyword| word == keyword) => Some(word),
        _ => None,
    }
}
