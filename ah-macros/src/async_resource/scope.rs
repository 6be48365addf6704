//! A method that runs in the scope of its object: what it needs of the object is taken first, so that nothing of the
//! object is borrowed while it runs.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{
    Attribute, GenericArgument, Meta, PathArguments, ReturnType, Type, TypeParamBound,
    punctuated::Punctuated, spanned::Spanned,
};

use super::lower;
use crate::item_fn::{Body, ItemFn};

/// What a method returns, as far as that matters.
enum Returns {
    Value,
    /// `impl Future`
    Future,
    /// `Pin<Box<dyn Future>>`
    Boxed,
}

/// Changes the body, and of an `async fn` also the signature.
pub(super) fn enter(method: &mut ItemFn, krate: &impl ToTokens, ty: &impl ToTokens) {
    method.hoist_inner_attributes(); // other attributes may have brought them
    let Body::Block(body) = method.body.clone() else {
        return;
    };
    let site = Span::mixed_site().located_at(body.span());
    let receiver = method.sig.receiver().map(|receiver| receiver.self_token);
    let scope = quote_spanned!(site=> #krate::__private::scope_of::<#ty>(&#receiver));
    let tokens = if method.sig.asyncness.is_some() {
        method.attrs.retain(|attr| !is_bare_must_use(attr));
        let future = lower::async_fn(method, &body, krate);
        quote_spanned!(site=> #scope.scope(#future))
    } else {
        match Returns::of(&method.sig.output) {
            Returns::Value => quote_spanned! {site=>
                let _ah_scope = #scope.enter();
                #[allow(unused_braces)]
                #body
            },
            Returns::Future => future(
                &scope,
                &quote_spanned!(site=> (move || #body)()),
                &body,
                site,
            ),
            Returns::Boxed => boxed(&scope, &method.sig.output, &body, krate, site),
        }
    };
    let mut braces = Group::new(Delimiter::Brace, tokens);
    braces.set_span(body.span());
    method.body = Body::Block(braces);
}

/// A future has a `#[must_use]` of its own.
fn is_bare_must_use(attr: &Attribute) -> bool {
    attr.path().is_ident("must_use") && matches!(attr.meta, Meta::Path(_))
}

/// A future that was made by statements: they run in the scope, too.
fn future(scope: &TokenStream, made: &TokenStream, body: &Group, site: Span) -> TokenStream {
    if is_lazy(body) {
        return quote_spanned!(site=> #scope.scope(#made));
    }
    quote_spanned! {site=>
        let ah_scope = #scope;
        let ah_future = {
            let _ah_scope = ah_scope.enter();
            #[allow(clippy::redundant_closure_call)]
            #made
        };
        ah_scope.scope(ah_future)
    }
}

fn boxed(
    scope: &TokenStream,
    output: &ReturnType,
    body: &Group,
    krate: &impl ToTokens,
    site: Span,
) -> TokenStream {
    let made = quote_spanned!(site=> (move || #output #body)());
    let scoped = future(scope, &made, body, site);
    quote_spanned!(site=> #krate::__private::std::boxed::Box::pin({ #scoped }))
}

/// Is this no more than an async block, boxed or not?
fn is_lazy(body: &Group) -> bool {
    let mut tokens = body.stream().into_iter().skip_while(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == ':',
        TokenTree::Ident(ident) => ident != "async",
        _ => false,
    });
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(argument)), None) => is_async_block(argument.stream()),
        (Some(TokenTree::Ident(_)), _) => is_async_block(body.stream()),
        _ => false,
    }
}

fn is_async_block(tokens: TokenStream) -> bool {
    syn::parse2::<syn::ExprAsync>(tokens).is_ok()
}

impl Returns {
    fn of(output: &ReturnType) -> Self {
        match output {
            ReturnType::Type(_, ty) => Self::of_type(ty),
            ReturnType::Default => Self::Value,
        }
    }

    fn of_type(ty: &Type) -> Self {
        match ty {
            Type::Group(group) => Self::of_type(&group.elem),
            Type::Paren(paren) => Self::of_type(&paren.elem),
            Type::ImplTrait(ty) if has_future(&ty.bounds) => Self::Future,
            Type::Path(ty) if is_boxed(ty) => Self::Boxed,
            _ => Self::Value,
        }
    }
}

fn has_future<P>(bounds: &Punctuated<TypeParamBound, P>) -> bool {
    bounds.iter().any(|bound| {
        matches!(bound, TypeParamBound::Trait(bound)
            if bound.path.segments.last().is_some_and(|last| last.ident == "Future"))
    })
}

/// `Pin<Box<dyn Future>>`, or the names that crate `futures` has for it.
fn is_boxed(ty: &syn::TypePath) -> bool {
    let Some(last) = ty.path.segments.last() else {
        return false;
    };
    if last.ident == "BoxFuture" || last.ident == "LocalBoxFuture" {
        return true;
    }
    last.ident == "Pin"
        && only_argument(&last.arguments).is_some_and(|boxed| match boxed {
            Type::Path(boxed) => boxed.path.segments.last().is_some_and(is_box_of_future),
            _ => false,
        })
}

fn is_box_of_future(segment: &syn::PathSegment) -> bool {
    let content = only_argument(&segment.arguments);
    segment.ident == "Box"
        && matches!(content, Some(Type::TraitObject(content)) if has_future(&content.bounds))
}

fn only_argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Where a type stands.
pub(super) fn at(tokens: &impl Spanned) -> Span {
    Span::mixed_site().located_at(tokens.span())
}
