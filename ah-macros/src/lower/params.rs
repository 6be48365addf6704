//! Parameters, taken into the block that runs the body.
//!
//! Each is bound again in there, used or not, so that all move in and are dropped in the order of the plain function.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{
    Attribute, FnArg, Ident, Meta, Pat, PatIdent, PatType, Path, Receiver, Signature, Token,
    parse_quote_spanned,
    punctuated::Punctuated,
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
    /// `evaluated` is what options evaluate before the block: its names count as used, though the body does not use
    /// them.
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
        let this = &receiver.self_token;
        let cfgs = receiver.attrs.iter().filter(|attr| is_cfg(attr));
        self.bindings
            .extend(quote_spanned!(site=> #(#cfgs)* let _ = &#this;));
    }

    fn take_param(&mut self, index: usize, param: &mut PatType, site: Span) {
        let attrs = of_binding(&mut param.attrs, site);
        match &mut *param.pat {
            Pat::Ident(name) if is_plain(name) => self.take_name(&attrs, name, site),
            _ => self.take_pattern(index, &attrs, param, site),
        }
    }

    /// `mut` moves to the binding.
    fn take_name(&mut self, attrs: &[Attribute], name: &mut PatIdent, site: Span) {
        let (mutability, name) = (name.mutability.take(), &name.ident);
        let allow = self.allow_unused(name, site);
        self.bindings.extend(quote_spanned!(site=>
            #allow
            #[allow(clippy::used_underscore_binding, clippy::no_effect_underscore_binding, clippy::shadow_same)]
            #(#attrs)*
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
    fn take_pattern(&mut self, index: usize, attrs: &[Attribute], param: &mut PatType, site: Span) {
        let name: Ident = format_ident!("__ah_arg{index}", span = site);
        let cfgs: Vec<_> = attrs.iter().filter(|attr| is_cfg(attr)).collect();
        let pat = &param.pat;
        let allow = self.allow_unused(pat, site);
        self.bindings.extend(quote_spanned!(site=>
            #(#cfgs)* #[allow(unused_mut)] let mut #name = #name;
            #allow #(#attrs)* let #pat = #name;
        ));
        let mut by_reference = pat.clone();
        ByReference.visit_pat_mut(&mut by_reference);
        self.peeks.extend(quote_spanned!(site=>
            #(#cfgs)* #[allow(unused_variables)] let #by_reference = &#name;
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

/// The attributes of a parameter that its binding has, too.
///
/// An `expect` of what the compiler says of unused things moves there, since the parameter is used now. Any other one is
/// fulfilled at the parameter, and the binding allows the same.
fn of_binding(attrs: &mut Vec<Attribute>, site: Span) -> Vec<Attribute> {
    let mut binding = Vec::new();
    let mut kept = Vec::new();
    for attr in std::mem::take(attrs) {
        if !attr.path().is_ident("expect") {
            binding.extend(is_copied(&attr).then(|| attr.clone()));
            kept.push(attr);
            continue;
        }
        let (unused, others): (Vec<Meta>, Vec<Meta>) = lints(&attr)
            .into_iter()
            .partition(|lint| is_unused(lint.path()));
        if !unused.is_empty() {
            binding.push(parse_quote_spanned!(site=> #[expect(#(#unused),*)]));
        }
        if !others.is_empty() {
            binding.push(parse_quote_spanned!(site=> #[allow(#(#others),*)]));
            kept.push(parse_quote_spanned!(site=> #[expect(#(#others),*)]));
        }
    }
    *attrs = kept;
    binding
}

fn is_copied(attr: &Attribute) -> bool {
    const LEVELS: [&str; 4] = ["allow", "warn", "deny", "forbid"];
    is_cfg(attr) || LEVELS.iter().any(|level| attr.path().is_ident(level))
}

fn is_cfg(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}

/// The lints that an attribute lists, without its reason.
fn lints(attr: &Attribute) -> Vec<Meta> {
    let list = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let lints = list.into_iter().flatten();
    lints.filter(|lint| matches!(lint, Meta::Path(_))).collect()
}

fn is_unused(lint: &Path) -> bool {
    lint.get_ident()
        .is_some_and(|lint| lint.to_string().starts_with("unused"))
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
