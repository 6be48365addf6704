//! The attribute on an impl block.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, ImplItem, parse_quote};

pub(super) use super::derives::Turn;
use super::{args::BlockArgs, check, method::Methods, target::Target};
use crate::{
    diag::Mistakes,
    inert,
    item_block::{Block, Member},
};

pub(super) fn expand(args: TokenStream, item: TokenStream, turn: Turn) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let parsed = syn::parse2::<Block>(item.clone()).and_then(|block| Ok((block.header()?, block)));
    let Some((mut header, mut block)) = mistakes.ok(parsed) else {
        return mistakes.beside(item);
    };
    let parsed = BlockArgs::parse(args.clone(), &mut mistakes);
    let is_other = |attr: &Attribute| !inert::is(attr) && !super::args::is_ours(attr);
    if turn == Turn::First && header.attrs.iter().any(is_other) {
        let krate = &parsed.krate;
        let again = parse_quote!(#[#krate::__private::async_resource_impl(#args)]);
        header.attrs.push(again);
        block.set_header(&header);
        return block.into_token_stream();
    }
    check::once(&mut header.attrs, &mut mistakes);
    match Target::of(&header.self_ty, parsed.krate) {
        Ok(target) => {
            let all = header.trait_.is_some();
            members(&mut block, &target, all, &mut mistakes);
        }
        Err(error) => mistakes.push(error),
    }
    block.set_header(&header);
    mistakes.beside(block)
}

fn members(block: &mut Block, target: &Target, all: bool, mistakes: &mut Mistakes) {
    let methods = Methods { target, all };
    for member in &mut block.members {
        match member {
            Member::Fn(method) => methods.expand(method, mistakes),
            Member::Other(item) => other(item, target, mistakes),
        }
    }
}

/// Associated constants of the type are refused.
fn other(item: &TokenStream, target: &Target, mistakes: &mut Mistakes) {
    if let Ok(ImplItem::Const(item)) = syn::parse2(item.clone()) {
        if let Some(error) = target.refuse_const(&item.const_token, &item.ty) {
            mistakes.push(error);
        }
    }
}
