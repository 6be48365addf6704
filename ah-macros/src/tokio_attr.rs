//! `#[ah_tokio::main]` and `#[ah_tokio::test]`: tokio's attributes, over the runtime of `ah-tokio`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::Path;

/// Puts tokio's attribute of this name on the item, with its arguments and `crate = "::ah_tokio"` if there is none.
pub(crate) fn expand(attribute: &Ident, args: TokenStream, item: TokenStream) -> TokenStream {
    let (krate, option) = match crate_of(&args) {
        Some(path) => (path, None),
        None => {
            let separator = (!args.is_empty() && !ends_in_comma(&args)).then(|| quote!(,));
            let option = quote!(#separator crate = "::ah_tokio");
            (quote!(::ah_tokio), Some(option))
        }
    };
    quote! {
        #[#krate::__private::tokio::#attribute(#args #option)]
        #item
    }
}

/// The path of `crate = "…"`. What is wrong with it is for tokio's attribute to tell.
fn crate_of(args: &TokenStream) -> Option<TokenStream> {
    let mut tokens = args.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(ident) if ident == "crate"))?;
    let value = tokens.nth(1)?;
    let path: Option<Path> = syn::parse2::<syn::LitStr>(value.into())
        .ok()
        .and_then(|text| text.parse_with(Path::parse_mod_style).ok());
    Some(path.map_or_else(|| quote!(::ah_tokio), |path| quote!(#path)))
}

fn ends_in_comma(args: &TokenStream) -> bool {
    let last = args.clone().into_iter().last();
    matches!(last, Some(TokenTree::Punct(punct)) if punct.as_char() == ',')
}

#[cfg(test)]
#[path = "../unit_tests/tokio_attr.rs"]
mod tests;
