//! The attribute on an impl block.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, ImplItem, ItemImpl, Result,
    parse::{Parse, ParseStream, Parser},
    parse_quote,
};

use super::{args::BlockArgs, check, method::Methods, target::Target};
use crate::{diag::Mistakes, inert, item_fn::ItemFn};

pub(super) use super::derives::Turn;

/// An impl block whose method bodies are not parsed: what they hold may be newer than our parser.
struct Block {
    /// Everything but the body.
    header: ItemImpl,
    body: Group,
    /// `#![…]`
    inner: Vec<Attribute>,
    items: Vec<Item>,
}

enum Item {
    Fn(Box<ItemFn>),
    Other(Box<ImplItem>),
}

pub(super) fn expand(args: TokenStream, item: TokenStream, turn: Turn) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let Some(mut block) = mistakes.ok(Block::parse.parse2(item.clone())) else {
        return mistakes.beside(item);
    };
    let parsed = BlockArgs::parse(args.clone(), &mut mistakes);
    let is_other = |attr: &Attribute| !inert::is(attr) && !super::args::is_ours(attr);
    if turn == Turn::First && block.header.attrs.iter().any(is_other) {
        let krate = &parsed.krate;
        let again = parse_quote!(#[#krate::__private::async_resource_impl(#args)]);
        block.header.attrs.push(again);
        return block.into_token_stream();
    }
    check::once(&mut block.header.attrs, &mut mistakes);
    match Target::of(&block.header.self_ty, parsed.krate.clone()) {
        Ok(target) => block.expand(&target, &mut mistakes),
        Err(error) => mistakes.push(error),
    }
    mistakes.beside(block)
}

impl Block {
    fn expand(&mut self, target: &Target, mistakes: &mut Mistakes) {
        let methods = Methods {
            target,
            all: self.header.trait_.is_some(),
        };
        for item in &mut self.items {
            match item {
                Item::Fn(method) => methods.expand(method, mistakes),
                Item::Other(item) => other(item, target, mistakes),
            }
        }
    }
}

/// Associated constants of the type are refused.
fn other(item: &ImplItem, target: &Target, mistakes: &mut Mistakes) {
    if let ImplItem::Const(item) = item {
        if let Some(error) = target.refuse_const(&item.const_token, &item.ty) {
            mistakes.push(error);
        }
    }
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut tokens: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
        let body = match tokens.pop() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            _ => return Err(input.error("expected the body of an impl block")),
        };
        let empty = TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()));
        let header: ItemImpl = syn::parse2(tokens.into_iter().chain([empty]).collect())?;
        let (inner, items) = items.parse2(body.stream())?;
        Ok(Self {
            header,
            body,
            inner,
            items,
        })
    }
}

fn items(input: ParseStream<'_>) -> Result<(Vec<Attribute>, Vec<Item>)> {
    let inner = input.call(Attribute::parse_inner)?;
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(input.parse()?);
    }
    Ok((inner, items))
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let ahead = input.fork();
        if ahead.parse::<ItemFn>().is_ok() {
            return Ok(Self::Fn(Box::new(input.parse()?)));
        }
        input.parse().map(|item| Self::Other(Box::new(item)))
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Fn(method) => method.to_tokens(tokens),
            Self::Other(item) => item.to_tokens(tokens),
        }
    }
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (inner, items) = (&self.inner, &self.items);
        let mut body = Group::new(Delimiter::Brace, quote!(#(#inner)* #(#items)*));
        body.set_span(self.body.span());
        let mut header: Vec<TokenTree> = self.header.to_token_stream().into_iter().collect();
        header.pop();
        tokens.extend(header.into_iter().chain([TokenTree::Group(body)]));
    }
}
