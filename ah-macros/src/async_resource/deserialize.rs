//! `derive(Deserialize)` below the attribute: the resource is no part of the data.
//!
//! In a struct with braces, and in a tuple struct of several fields, serde skips the field. A tuple struct of one field
//! and a unit struct have a form of their own in the data, which serde would not see any more: they are read into a
//! copy of the struct as the user wrote it.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Attribute, Fields, ItemStruct, Meta, Token, Visibility, parse::Parser, parse_quote,
    punctuated::Punctuated,
};

use super::{
    derives::{self, Derived},
    names::FIELD,
};
use crate::crate_path::CratePath;

/// Keeps serde from the field, unless there is a copy of the struct.
pub(super) fn skip(item: &ItemStruct, krate: &CratePath, has_shadow: bool) -> TokenStream {
    if has_shadow {
        return TokenStream::new();
    }
    let new = quote!(#krate::__private::ResourceOf::new);
    let new = new.to_string().replace(' ', "");
    let option = if serde_options(&item.attrs).any(|option| option.path().is_ident("default")) {
        quote!(serde(skip)) // that of the default struct
    } else {
        quote!(serde(skip, default = #new)) // by name: a plain `default` would ask for `T: Default`
    };
    derives::find(&item.attrs, "Deserialize")
        .map(|derived| derived.attribute(&option))
        .collect()
}

/// The copy of the struct that data is read into, if it needs one.
pub(super) fn shadow(item: &mut ItemStruct, krate: &CratePath) -> TokenStream {
    let has_own_form = matches!(&item.fields, Fields::Unit)
        || matches!(&item.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
    let Some(derived) = derives::find(&item.attrs, "Deserialize").next() else {
        return TokenStream::new();
    };
    if !has_own_form || says_how(&item.attrs) {
        return TokenStream::new();
    }
    let data = as_it_is(item, &derived);
    let from = from(item, &data, krate);
    let (name, (_, arguments, _)) = (&data.ident, data.generics.split_for_impl());
    let path = quote!(#name #arguments).to_string();
    let attribute = derived.attribute(quote!(serde(from = #path)));
    item.attrs.push(parse_quote!(#attribute));
    let cfgs = cfgs(item, &derived);
    quote!(#cfgs #data #cfgs #from)
}

/// The struct as the user wrote it, under another name.
fn as_it_is(item: &ItemStruct, derived: &Derived) -> ItemStruct {
    let derive = &derived.path;
    let name = item.ident.to_string();
    let rename = (!serde_options(&item.attrs).any(|option| option.path().is_ident("rename")))
        .then(|| quote!(#[serde(rename = #name)]));
    let options = item
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"));
    let attrs = quote!(#[derive(#derive)] #rename #(#options)* #[doc(hidden)]);
    ItemStruct {
        attrs: Attribute::parse_outer.parse2(attrs).unwrap_or_default(),
        vis: Visibility::Inherited,
        ident: format_ident!("__Ah{}Data", item.ident),
        ..item.clone()
    }
}

fn from(item: &ItemStruct, data: &ItemStruct, krate: &CratePath) -> TokenStream {
    let (params, arguments, clause) = item.generics.split_for_impl();
    let (name, data) = (&item.ident, &data.ident);
    let field = format_ident!("{FIELD}", span = item.ident.span());
    let at = Span::mixed_site();
    let new = quote_spanned!(at=> #krate::__private::ResourceOf::new());
    let value = match item.fields {
        Fields::Unit => quote_spanned!(item.ident.span()=> Self { #field: #new }),
        _ => quote_spanned!(at=> Self(data.0, #new)),
    };
    quote_spanned! {at=>
        #[automatically_derived]
        impl #params #krate::__private::core::convert::From<#data #arguments> for #name #arguments #clause {
            fn from(data: #data #arguments) -> Self {
                let _ = &data;
                #value
            }
        }
    }
}

/// There whenever the struct and its derive are.
fn cfgs(item: &ItemStruct, derived: &Derived) -> TokenStream {
    let cfgs = item.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let condition = derived.condition.iter();
    quote!(#(#cfgs)* #(#[cfg(#condition)])*)
}

/// `from`, `try_from` and `transparent` settle the form.
fn says_how(attrs: &[Attribute]) -> bool {
    serde_options(attrs).any(|option| {
        ["from", "try_from", "transparent"]
            .iter()
            .any(|name| option.path().is_ident(name))
    })
}

fn serde_options(attrs: &[Attribute]) -> impl Iterator<Item = Meta> + '_ {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
        .filter_map(|attr| {
            attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
}
