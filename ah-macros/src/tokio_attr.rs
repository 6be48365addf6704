//! `#[ah_tokio::main]` and `#[ah_tokio::test]`: tokio's attributes, over the runtime of `ah-tokio`.
//!
//! A macro does not learn under which name its crate is known where it is used: `tokio`, with
//! `extern crate ah_tokio as tokio;` or a renamed dependency. But the attribute itself was found there by a path, so what
//! stands before `::main` in the source names the crate. Where the source does not show it (`use tokio::main;`, or a
//! `macro_rules!` that writes the attribute), the name is `::ah_tokio`, and `crate = "…"` says another one.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Path, parse::Parser};

/// Adds tokio's attribute of this name to the item, with its arguments and the path of the crate if there is none.
pub(crate) fn expand(attribute: &Ident, args: TokenStream, item: TokenStream) -> TokenStream {
    let written = Span::call_site().source_text();
    expand_written(attribute, written.as_deref(), args, item)
}

fn expand_written(
    attribute: &Ident,
    written: Option<&str>,
    args: TokenStream,
    item: TokenStream,
) -> TokenStream {
    let (krate, option) = match crate_of(&args) {
        Some(path) => (path, None),
        None => {
            let path = written.and_then(|written| crate_in(written, attribute));
            let path = path.unwrap_or_else(default_path);
            let name = path.to_string().replace(' ', "");
            let separator = (!args.is_empty() && !ends_in_comma(&args)).then(|| quote!(,));
            let option = quote!(#separator crate = #name);
            (path, Some(option))
        }
    };
    quote! {
        #[#krate::__private::tokio::#attribute(#args #option)]
        #item
    }
}

fn default_path() -> TokenStream {
    quote!(::ah_tokio)
}

/// The crate in the text of an attribute: what stands before `::main` or `::test`.
fn crate_in(written: &str, attribute: &Ident) -> Option<TokenStream> {
    let text = written.trim().trim_start_matches("#[");
    let end = text.find(['(', ']']).unwrap_or(text.len());
    let path = text[..end]
        .trim_end()
        .strip_suffix(&attribute.to_string())?;
    let krate = path.trim_end().strip_suffix("::")?;
    let path = Path::parse_mod_style.parse_str(krate).ok()?;
    Some(path.into_token_stream())
}

/// The path of `crate = "…"`. What is wrong with it is for tokio's attribute to report.
fn crate_of(args: &TokenStream) -> Option<TokenStream> {
    let mut tokens = args.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(ident) if ident == "crate"))?;
    let value = tokens.nth(1)?;
    let path: Option<Path> = syn::parse2::<syn::LitStr>(value.into())
        .ok()
        .and_then(|text| text.parse_with(Path::parse_mod_style).ok());
    Some(path.map_or_else(default_path, Path::into_token_stream))
}

fn ends_in_comma(args: &TokenStream) -> bool {
    let last = args.clone().into_iter().last();
    matches!(last, Some(TokenTree::Punct(punct)) if punct.as_char() == ',')
}

#[cfg(test)]
#[path = "../unit_tests/tokio_attr.rs"]
mod tests;
