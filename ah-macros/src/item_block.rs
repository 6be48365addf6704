//! An impl or trait block whose method bodies are not parsed: what they hold may be newer than our parser.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, ImplItem, ItemImpl, TraitItem,
    parse::{Parse, ParseStream, Parser},
};

use crate::item_fn::ItemFn;

pub(crate) struct Block {
    /// All that stands before the braces.
    pub(crate) head: Vec<TokenTree>,
    braces: Group,
    inner_attributes: Vec<Attribute>,
    pub(crate) members: Vec<Member>,
}

pub(crate) enum Member {
    Fn(Box<ItemFn>),
    Other(TokenStream),
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut head: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
        let Some(TokenTree::Group(braces)) = head.pop() else {
            return Err(input.error("expected the braces of a block"));
        };
        let mut inner_attributes = Vec::new();
        let mut members = Vec::new();
        let parse = |input: ParseStream<'_>| {
            inner_attributes = input.call(Attribute::parse_inner)?;
            while !input.is_empty() {
                members.push(input.parse()?);
            }
            Ok(())
        };
        parse.parse2(braces.stream())?;
        Ok(Self {
            head,
            braces,
            inner_attributes,
            members,
        })
    }
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.fork().parse::<ItemFn>().is_ok() {
            return input.parse().map(Box::new).map(Self::Fn);
        }
        let other = other::<ImplItem>(input).or_else(|| other::<TraitItem>(input));
        other.map_or_else(|| input.parse(), Ok).map(Self::Other) // for rustc to report
    }
}

fn other<T: Parse + ToTokens>(input: ParseStream<'_>) -> Option<TokenStream> {
    input.fork().parse::<T>().ok()?;
    input.parse::<T>().ok().map(ToTokens::into_token_stream)
}

impl Block {
    /// The head of an impl block, as one without members.
    pub(crate) fn header(&self) -> syn::Result<ItemImpl> {
        let empty = TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()));
        syn::parse2(self.head.iter().cloned().chain([empty]).collect())
    }

    pub(crate) fn set_header(&mut self, header: &ItemImpl) {
        self.head = header.to_token_stream().into_iter().collect();
        self.head.pop();
    }

    pub(crate) fn methods_mut(&mut self) -> impl Iterator<Item = &mut ItemFn> {
        self.members.iter_mut().filter_map(|member| match member {
            Member::Fn(method) => Some(&mut **method),
            Member::Other(_) => None,
        })
    }

    pub(crate) fn methods(&self) -> impl Iterator<Item = &ItemFn> {
        self.members.iter().filter_map(|member| match member {
            Member::Fn(method) => Some(&**method),
            Member::Other(_) => None,
        })
    }
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.head.iter().cloned());
        let (attributes, members) = (&self.inner_attributes, &self.members);
        let mut braces = Group::new(
            self.braces.delimiter(),
            quote!(#(#attributes)* #(#members)*),
        );
        braces.set_span(self.braces.span());
        braces.to_tokens(tokens);
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Fn(method) => method.to_tokens(tokens),
            Self::Other(other) => tokens.extend(other.clone()),
        }
    }
}
