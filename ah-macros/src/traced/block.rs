//! Impl and trait blocks: the attribute is handed down to the methods.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Attribute;

use super::args::TracedArgs;
use crate::{
    attr::Args,
    crate_path::CratePath,
    diag::Mistakes,
    item_block::Block,
    item_fn::{Body, ItemFn},
    lower::Kind,
};

impl Block {
    /// The block with the attribute on each method that has a body.
    pub(super) fn handed_down(mut self, args: &TracedArgs) -> TokenStream {
        for method in self.methods_mut() {
            if let Some(own) = own_attribute(method) {
                if is_skip(&method.attrs[own]) {
                    method.attrs.remove(own);
                }
            } else if can_be_traced(method) {
                method.attrs.push(attribute_for(method, args));
            }
        }
        self.into_token_stream()
    }

    /// The block without what only its attribute understands.
    pub(super) fn untraced(mut self) -> TokenStream {
        for method in self.methods_mut() {
            method
                .attrs
                .retain(|attr| !(is_traced(attr) && is_skip(attr)));
        }
        self.into_token_stream()
    }

    /// Returns `true` if it is an impl block without a trait: `for<'a>` is no `for`.
    pub(super) fn is_inherent(&self) -> bool {
        let is =
            |token: &TokenTree, word| matches!(token, TokenTree::Ident(found) if found == word);
        let next = |at: usize| self.head.get(at + 1).map(ToString::to_string);
        let is_for = |at: usize| is(&self.head[at], "for") && next(at).as_deref() != Some("<");
        self.head.iter().any(|token| is(token, "impl")) && !(0..self.head.len()).any(is_for)
    }

    /// The methods that have no attribute of their own.
    pub(super) fn methods_without_attribute(&self) -> impl Iterator<Item = &ItemFn> {
        self.methods()
            .filter(|method| own_attribute(method).is_none())
    }
}

/// Declarations and what runs while the program is compiled are left alone.
fn can_be_traced(method: &ItemFn) -> bool {
    matches!(method.body, Body::Block(_))
        && method.sig.constness.is_none()
        && method.sig.variadic.is_none()
}

fn own_attribute(method: &ItemFn) -> Option<usize> {
    method.attrs.iter().position(is_traced)
}

fn is_traced(attr: &Attribute) -> bool {
    attr.path()
        .segments
        .last()
        .is_some_and(|last| last.ident == "traced")
}

/// Returns `true` if it is `#[traced(skip)]`.
fn is_skip(attr: &Attribute) -> bool {
    let Ok(list) = attr.meta.require_list() else {
        return false;
    };
    let args = Args::parse(list.tokens.clone(), &mut Mistakes::new());
    matches!(&*args.options, [only] if only.key == "skip")
}

fn attribute_for(method: &ItemFn, args: &TracedArgs) -> Attribute {
    let krate = args.crate_path();
    let kind = Kind::of(&method.sig);
    let boxed = (args.boxed.is_given() && matches!(kind, Kind::Async | Kind::Opaque(_)))
        .then(|| quote!(boxed));
    attribute(&krate, quote!(crate = #krate, #boxed))
}

/// `#[traced(…)]`
pub(super) fn attribute(krate: &CratePath, options: TokenStream) -> Attribute {
    let tokens = quote_spanned!(Span::mixed_site()=> #krate::traced(#options));
    Attribute {
        pound_token: Default::default(),
        style: syn::AttrStyle::Outer,
        bracket_token: Default::default(),
        meta: syn::parse2(tokens).expect("a path and a list are an attribute"),
    }
}
