//! An `async fn` becomes a function that returns a future: so the wrapper is made when the function is called.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ReturnType, Signature, Token, Type, parse_quote_spanned, spanned::Spanned};

/// The signature without `async`.
///
/// The tokens that are ours have the hygiene and the edition of this crate and the place of the user's return type: `impl`
/// captures all lifetimes in edition 2021, too, and errors are told where they would be.
pub(super) fn signature(sig: &mut Signature, private: &TokenStream) {
    sig.asyncness = None;
    let site = Span::mixed_site().located_at(match &sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => sig.ident.span(),
    });
    let (arrow, output) = match &sig.output {
        ReturnType::Default => (Token![->](site), quote!(())),
        ReturnType::Type(arrow, ty) if matches!(**ty, Type::Never(_)) => {
            (*arrow, quote_spanned!(site=> #private::Never))
        }
        ReturnType::Type(arrow, ty) => (*arrow, ty.to_token_stream()),
    };
    let future: Type =
        parse_quote_spanned!(site=> impl #private::core::future::Future<Output = #output>);
    sig.output = ReturnType::Type(arrow, Box::new(future));
}
