//! Parameters, taken into the block that runs the body.
//!
//! Each is bound again in there, used or not, so that all move in and are dropped in the order of the plain function.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{
    Attribute, FnArg, Ident, Pat, PatIdent, PatType, Receiver, Signature,
    visit_mut::{self, VisitMut},
};

/// What stands at the beginning of the block.
pub(super) struct Params {
    /// Binds the parameters in the block.
    pub(super) bindings: TokenStream,
    /// Binds by reference what patterns took apart: for what is evaluated before the block.
    pub(super) peeks: TokenStream,
    used: Names,
}

impl Params {
    /// Gives each parameter of the signature a plain name.
    ///
    /// `evaluated` is what options evaluate before the block: what it names is used, though the body does not use it.
    pub(super) fn take(sig: &mut Signature, evaluated: TokenStream, site: Span) -> Self {
        let mut params = Self {
            bindings: TokenStream::new(),
            peeks: TokenStream::new(),
            used: Names::default(),
        };
        params.used.find(evaluated);
        for (index, param) in sig.inputs.iter_mut().enumerate() {
            match param {
                FnArg::Receiver(receiver) => params.take_receiver(receiver, site),
                FnArg::Typed(param) => params.take_param(index, param, site),
            }
        }
        params
    }

    /// To name `self` is enough to move it.
    fn take_receiver(&mut self, receiver: &Receiver, site: Span) {
        let (attrs, this) = (&receiver.attrs, &receiver.self_token);
        self.bindings
            .extend(quote_spanned!(site=> #(#attrs)* let _ = &#this;));
    }

    fn take_param(&mut self, index: usize, param: &mut PatType, site: Span) {
        match &mut *param.pat {
            Pat::Ident(name) if is_plain(name) => self.take_name(&param.attrs, name, site),
            _ => self.take_pattern(index, param, site),
        }
    }

    /// `mut` moves to the binding.
    fn take_name(&mut self, attrs: &[Attribute], name: &mut PatIdent, site: Span) {
        let (mutability, name) = (name.mutability.take(), &name.ident);
        let allow = self.allow_unused(name, site);
        self.bindings.extend(quote_spanned!(site=>
            #(#attrs)* #allow
            #[allow(clippy::used_underscore_binding, clippy::no_effect_underscore_binding)]
            let #mutability #name = #name;
        ));
    }

    /// For a parameter that an option uses.
    fn allow_unused(&self, pat: &impl ToTokens, site: Span) -> Option<TokenStream> {
        let mut names = Names::default();
        names.find(pat.to_token_stream());
        let is_used = !self.used.0.is_disjoint(&names.0);
        is_used.then(|| quote_spanned!(site=> #[allow(unused_variables)]))
    }

    /// The whole moves in before it is taken apart, with what the pattern leaves. It is `mut` for a `ref mut`.
    fn take_pattern(&mut self, index: usize, param: &mut PatType, site: Span) {
        let name: Ident = format_ident!("__ah_arg{index}", span = site);
        let (attrs, pat) = (&param.attrs, &param.pat);
        let allow = self.allow_unused(pat, site);
        self.bindings.extend(quote_spanned!(site=>
            #(#attrs)* #[allow(unused_mut)] let mut #name = #name;
            #(#attrs)* #allow let #pat = #name;
        ));
        let mut by_reference = pat.clone();
        ByReference.visit_pat_mut(&mut by_reference);
        self.peeks.extend(quote_spanned!(site=>
            #(#attrs)* #[allow(unused_variables)] let #by_reference = &#name;
        ));
        *param.pat = Pat::Ident(PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability: None,
            ident: name,
            subpat: None,
        });
    }
}

/// The names in some tokens.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    fn find(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => drop(self.0.insert(name.to_string())),
                TokenTree::Group(group) => self.find(group.stream()),
                _ => (),
            }
        }
    }
}

fn is_plain(name: &PatIdent) -> bool {
    name.by_ref.is_none() && name.subpat.is_none()
}

/// Turns a pattern into one that binds references.
struct ByReference;

impl VisitMut for ByReference {
    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        pat.by_ref = None;
        pat.mutability = None;
        visit_mut::visit_pat_ident_mut(self, pat);
    }
}
