//! An `async fn` as a `fn` that returns `impl Future`: the object's scope is taken at the call.
//!
//! DESIGN.md section 6 has the five rules that keep the meaning: our braces around the user's; spans of our own hygiene
//! and edition at the user's places; everything moves in, in order, used or not; a return that never runs guides
//! inference.

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    FnArg, Pat, PatIdent, PatType, ReturnType, Token, Type, parse_quote, parse_quote_spanned,
    visit_mut::{self, VisitMut},
};

use super::scope::at;
use crate::item_fn::ItemFn;

/// Changes the signature; returns the future.
pub(super) fn async_fn(method: &mut ItemFn, body: &Group, krate: &impl ToTokens) -> TokenStream {
    let site = at(body);
    method.sig.asyncness = None;
    let lets: TokenStream = method
        .sig
        .inputs
        .iter_mut()
        .enumerate()
        .map(|(index, argument)| rebind(index, argument, site))
        .collect();
    let hint = hint(&method.sig.output, krate, site);
    let ident = method.sig.ident.span();
    method.sig.output = returned(
        &method.sig.output,
        krate,
        Span::mixed_site().located_at(ident),
    );
    quote_spanned!(site=> async move { #lets #hint #[allow(unused_braces)] #body })
}

/// Moves an argument in. `self` moves by being mentioned.
fn rebind(index: usize, argument: &mut FnArg, site: Span) -> TokenStream {
    match argument {
        FnArg::Receiver(receiver) => {
            let this = &receiver.self_token;
            quote_spanned!(site=> let _ = &#this;)
        }
        FnArg::Typed(argument) => rebind_typed(index, argument, site),
    }
}

fn rebind_typed(index: usize, argument: &mut PatType, site: Span) -> TokenStream {
    let attrs = argument.attrs.clone();
    match &mut *argument.pat {
        Pat::Ident(PatIdent {
            by_ref: None,
            subpat: None,
            mutability,
            ident,
            ..
        }) => {
            let mutability = mutability.take();
            quote_spanned! {site=>
                #(#attrs)*
                #[allow(clippy::used_underscore_binding, clippy::no_effect_underscore_binding, clippy::shadow_same)]
                let #mutability #ident = #ident;
            }
        }
        pattern => {
            let name = format_ident!("ah_argument{index}", span = site);
            let lets = quote_spanned! {site=>
                #(#attrs)* #[allow(unused_mut)] let mut #name = #name;
                #(#attrs)* let #pattern = #name;
            };
            *pattern = parse_quote!(#name);
            lets
        }
    }
}

/// Makes the type known where the body's own `return` and `?` stand.
fn hint(output: &ReturnType, krate: &impl ToTokens, site: Span) -> TokenStream {
    match output {
        ReturnType::Default => quote_spanned! {site=>
            #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::needless_return)]
            if false { return (); }
        },
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => TokenStream::new(),
        ReturnType::Type(_, ty) => {
            let mut known = ty.clone();
            Unnameable.visit_type_mut(&mut known);
            let site = at(ty);
            quote_spanned! {site=>
                #[allow(unreachable_code, clippy::all, clippy::pedantic)]
                if false {
                    let ah_hint: #known = #krate::__private::never_called();
                    return ah_hint;
                }
            }
        }
    }
}

/// `impl Trait` cannot be named in a `let`.
struct Unnameable;

impl VisitMut for Unnameable {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if matches!(ty, Type::ImplTrait(_)) {
            *ty = parse_quote!(_);
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}

/// `impl Future<Output = …>`, capturing what an `async fn` captures.
fn returned(output: &ReturnType, krate: &impl ToTokens, site: Span) -> ReturnType {
    let (arrow, output, site) = match output {
        ReturnType::Default => (Token![->](site), quote!(()), site),
        ReturnType::Type(arrow, ty) if matches!(**ty, Type::Never(_)) => (
            *arrow,
            quote_spanned!(site=> #krate::__private::Never),
            at(ty),
        ),
        ReturnType::Type(arrow, ty) => (*arrow, ty.to_token_stream(), at(ty)),
    };
    let future = parse_quote_spanned! {site=>
        impl #krate::__private::core::future::Future<Output = #output>
    };
    ReturnType::Type(arrow, Box::new(future))
}
