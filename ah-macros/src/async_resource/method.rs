//! The methods of an annotated block.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Block, Path, Result, Token, Type, Visibility, parse::Parse, parse::ParseStream, parse_quote,
    visit_mut::VisitMut,
};

use super::{args::MethodArgs, enter::enter, literals::Literals, names::TRIGGER, target::Target};
use crate::{
    OFF,
    diag::Mistakes,
    inert,
    item_fn::{Body, ItemFn},
    lower::{at, is_not_cloned},
    macro_input::Reader as _,
};

/// How the methods of a block are treated.
pub(super) struct Methods<'a> {
    pub(super) target: &'a Target,
    /// Whether private ones run in the scope, too: those of a trait do.
    pub(super) all: bool,
}

impl Methods<'_> {
    pub(super) fn expand(&self, method: &mut ItemFn, mistakes: &mut Mistakes) {
        let args = MethodArgs::take(&mut method.attrs, mistakes);
        let made = self.rewrite(method, &args, mistakes);
        let is_scoped = self.is_scoped(method, &args, mistakes);
        if refuse_const(method, made, is_scoped, mistakes) {
            return;
        }
        if is_scoped && is_not_cloned(&method.sig, mistakes) && !OFF {
            self.enter(method);
        }
    }

    /// Gives literals their resource. Returns whether there are any.
    fn rewrite(&self, method: &mut ItemFn, args: &MethodArgs, mistakes: &mut Mistakes) -> bool {
        method.hoist_inner_attributes();
        let mut literals = Literals::new(self.target, args.trigger.is_given());
        literals.visit_signature_mut(&mut method.sig);
        let Body::Block(body) = &method.body else {
            return false;
        };
        let Ok(mut block) = syn::parse2::<Block>(body.to_token_stream()) else {
            return false; // a mistake that rustc will report
        };
        literals.visit_block_mut(&mut block);
        if literals.changes() > 0 {
            method.body = in_braces(body, inside(&block));
        }
        if literals.wild {
            let allow = parse_quote!(#[allow(clippy::unneeded_wildcard_pattern)]);
            method.attrs.push(allow);
        }
        literals
            .errors
            .drain(..)
            .for_each(|error| mistakes.push(error));
        self.bind_trigger(method, args, &literals, mistakes);
        literals.made > 0
    }

    /// What triggers the objects that the method creates is evaluated once, when the method begins.
    fn bind_trigger(
        &self,
        method: &mut ItemFn,
        args: &MethodArgs,
        literals: &Literals<'_>,
        mistakes: &mut Mistakes,
    ) {
        let (Some(key), Some(trigger), Body::Block(body)) =
            (args.trigger.key(), args.trigger.value(), &method.body)
        else {
            return;
        };
        if literals.made == 0 && !literals.unread {
            mistakes.at(
                key,
                "`trigger` says what caused the object that a method creates, and there is no literal of the type here: move it to the constructor",
            );
            return;
        }
        let name = format_ident!("{TRIGGER}", span = Span::mixed_site());
        let krate = self.target.krate();
        let at = at(trigger);
        let id = quote_spanned!(at=> #krate::AsyncId);
        let from = quote_spanned!(at=> #krate::__private::core::convert::From);
        let tokens = quote_spanned! {at=>
            let #name: #id = #from::from(#trigger);
            #[allow(unused_braces)]
            #body
        };
        method.body = in_braces(body, tokens);
    }

    fn is_scoped(&self, method: &ItemFn, args: &MethodArgs, mistakes: &mut Mistakes) -> bool {
        let has_receiver = method.sig.receiver().is_some();
        if let (false, Some(skip)) = (has_receiver, args.skip.key()) {
            mistakes.at(
                skip,
                "there is no `self` and so no scope to skip: remove `skip`",
            );
        }
        if let (false, Some(bare)) = (has_receiver, &args.bare) {
            mistakes.at(
                bare,
                "there is no `self`, whose scope this could run in: remove the attribute",
            );
        }
        let is_wanted = self.all || args.asked.is_some() || is_public(&method.vis);
        has_receiver && is_wanted && !args.skip.is_given()
    }

    /// Lets the method run in the scope of its object: now, or when other attribute macros are done with it.
    fn enter(&self, method: &mut ItemFn) {
        let (krate, ty) = (self.target.krate(), self.target.self_or_ty());
        if method.attrs.iter().any(|attr| !inert::is(attr)) {
            method
                .attrs
                .push(parse_quote!(#[#krate::__private::async_resource_method(#krate, #ty)]));
            return;
        }
        enter(method, krate, &ty);
    }
}

/// `pub(self)` is private.
fn is_public(vis: &Visibility) -> bool {
    match vis {
        Visibility::Public(_) => true,
        Visibility::Restricted(vis) => !vis.path.is_ident("self"),
        Visibility::Inherited => false,
    }
}

/// Neither creating a resource nor entering it is possible at compile time.
fn refuse_const(
    method: &mut ItemFn,
    makes: bool,
    is_scoped: bool,
    mistakes: &mut Mistakes,
) -> bool {
    let Some(token) = method.sig.constness else {
        return false;
    };
    if makes {
        method.sig.constness = None; // rustc would say the same again
        mistakes.at(
            token,
            "a resource is created while the program runs: remove `const`",
        );
    } else if is_scoped {
        mistakes.at(
            token,
            "a `const fn` cannot run in the scope of its object: remove `const`, or write `#[async_resource(skip)]` on it",
        );
    }
    makes || is_scoped
}

pub(super) fn in_braces(instead_of: &Group, tokens: TokenStream) -> Body {
    let mut body = Group::new(Delimiter::Brace, tokens);
    body.set_span(instead_of.span());
    Body::Block(body)
}

/// What stands between the braces.
pub(super) fn inside(block: &Block) -> TokenStream {
    let stmts = &block.stmts;
    quote!(#(#stmts)*)
}

/// What is handed to an attribute on a method that expands after all others.
struct Late {
    krate: Path,
    ty: Type,
}

impl Parse for Late {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let krate = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok(Self {
            krate,
            ty: input.parse()?,
        })
    }
}

/// The attribute that [`Methods::enter`] put there.
pub(super) fn after_others(args: TokenStream, item: TokenStream) -> TokenStream {
    let parsed = syn::parse2::<Late>(args);
    let method = syn::parse2::<ItemFn>(item.clone());
    match (parsed, method) {
        (Ok(Late { krate, ty }), Ok(mut method)) if method.sig.receiver().is_some() => {
            enter(&mut method, &krate, &ty);
            method.into_token_stream()
        }
        (Ok(_), Ok(method)) => method.into_token_stream(),
        (Err(error), _) | (_, Err(error)) => {
            let error = error.to_compile_error();
            quote!(#item #error)
        }
    }
}
