//! The one lowering: what becomes of a function whose work an attribute carries.
//!
//! | file | what it is about |
//! |---|---|
//! | `kind.rs` | what the function returns |
//! | `params.rs`, `guide.rs` | what stands before the user's body where that runs in a block of its own |
//! | `lazy.rs` | a body that is one async block |
//! | `check.rs` | mistakes that both attributes report |
//! | `returns.rs` | what a body returns early, where it runs in place |
//!
//! An attribute is a [`Carrier`]: it says what is called, the lowering where. What the user can see stays as it was:
//!
//! - The user's block is emitted once, with its own braces and tokens. The braces around it are ours, so that temporaries of
//!   its last expression are dropped before a scope is left, in edition 2021, too.
//! - A body that runs elsewhere (in an async block; in a closure, which sees early returns) binds all parameters again,
//!   so that they are dropped in their order.
//! - A body stays in place, with each `return` rewritten, where a closure would be noticed: in a `#[track_caller]` function,
//!   and where the type may turn out to be no future, so that the function is a synchronous one.

mod check;
mod guide;
mod kind;
mod lazy;
mod params;
mod returns;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Meta, ReturnType, Signature, Token, Type, parse_quote_spanned, spanned::Spanned,
};

use self::{guide::nameable, lazy::Lazy, params::Params, returns::Returns};
use crate::item_fn::{Body, ItemFn};

pub(crate) use check::{call_of_itself, is_not_cloned};
pub(crate) use kind::Kind;

/// What an attribute wraps around the work of a function.
pub(crate) trait Carrier {
    /// The module with what generated code calls.
    fn private(&self) -> &TokenStream;

    /// What options evaluate at the call: what is named there is used.
    fn evaluated(&self) -> TokenStream {
        TokenStream::new()
    }

    /// Returns `true` if a future is moved into a box of its own.
    fn is_boxed(&self) -> bool {
        false
    }

    /// The statements before a future is created; `peeks` binds what patterns of parameters bind.
    fn begin(&self, peeks: &TokenStream) -> TokenStream;

    /// The expression that creates a future from statements.
    fn around(&self, statements: TokenStream) -> TokenStream {
        statements
    }

    /// The carried future. It is evaluated before what [`begin`](Self::begin) bound.
    fn carried(&self, future: TokenStream) -> TokenStream;

    /// The statements before a body that may return a future, by `Alias::<ty>`.
    fn begin_alias(&self, ty: &Type) -> TokenStream;

    /// What such a body returned, carried if it is a future.
    fn end_alias(&self, value: TokenStream) -> TokenStream;

    /// The statement that enters the scope of a synchronous function.
    fn enter(&self) -> TokenStream;

    /// What a synchronous function returned, recorded, if that is asked for.
    fn recorded(&self, _value: &TokenStream) -> Option<TokenStream> {
        None
    }
}

/// Changes the body, and of an `async fn` also the signature.
pub(crate) fn lower(function: &mut ItemFn, carrier: &dyn Carrier) {
    function.hoist_inner_attributes(); // other attributes may have brought them
    let Body::Block(body) = function.body.clone() else {
        return;
    };
    let lowering = Lowering {
        carrier,
        private: carrier.private(),
        in_place: function.attrs.iter().any(is_track_caller),
        body: &body,
        site: at(&body),
    };
    let block = match Kind::of(&function.sig) {
        Kind::Async => lowering.of_async(function),
        Kind::Opaque(_) => lowering.of_opaque(&mut function.sig),
        Kind::Pinned(_) => lowering.of_pinned(&mut function.sig),
        Kind::Boxed(_) => lowering.of_boxed(&mut function.sig),
        Kind::Alias => lowering.of_alias(&function.sig.output),
        Kind::Sync => lowering.of_sync(&mut function.sig),
    };
    // the braces of a function are the user's: lints such as `dead_code` are silent about what a macro wrote
    let mut braces = Group::new(Delimiter::Brace, block);
    braces.set_span(body.span());
    function.body = Body::Block(braces);
    // clippy would report it at the attribute
    let allow = parse_quote_spanned!(lowering.site=> #[allow(clippy::implicit_return)]);
    function.attrs.push(allow);
}

/// What all kinds need.
struct Lowering<'a> {
    carrier: &'a dyn Carrier,
    private: &'a TokenStream,
    /// The body may not become a closure.
    in_place: bool,
    body: &'a Group,
    /// Our hygiene and edition, at the place of the user's body.
    site: Span,
}

impl Lowering<'_> {
    fn of_async(&self, function: &mut ItemFn) -> TokenStream {
        function.attrs.retain(|attr| !is_bare_must_use(attr));
        let (private, body) = (self.private, self.body);
        let guide = guide::guide(&function.sig.output, private, self.site);
        let Params {
            bindings, peeks, ..
        } = self.params(&mut function.sig);
        returns_a_future(&mut function.sig, private);
        let future = quote_spanned!(self.site=> async move { #bindings #guide #[allow(unused_braces)] #body });
        self.created(&peeks, self.carried(future))
    }

    fn of_opaque(&self, sig: &mut Signature) -> TokenStream {
        if let Some(lazy) = Lazy::block(self.body) {
            return self.of_lazy(&lazy);
        }
        let (peeks, made) = self.made(sig, None, &|value| self.carried(value));
        self.created(&peeks, self.carried(self.carrier.around(made)))
    }

    fn of_pinned(&self, sig: &mut Signature) -> TokenStream {
        if let Some(lazy) = Lazy::pinned(self.body) {
            return self.of_lazy(&lazy);
        }
        let private = self.private;
        self.of_box(sig, &|value| {
            let carried = self.carried(value);
            quote_spanned!(self.site=> #private::std::boxed::Box::pin(#carried))
        })
    }

    fn of_boxed(&self, sig: &mut Signature) -> TokenStream {
        let private = self.private;
        self.of_box(sig, &|value| {
            let pinned = quote_spanned!(self.site=> #private::std::boxed::Box::into_pin(#value));
            let carried = self.carried(pinned);
            quote_spanned!(self.site=> #private::std::boxed::Box::new(#carried))
        })
    }

    fn of_box(&self, sig: &mut Signature, end: &dyn Fn(TokenStream) -> TokenStream) -> TokenStream {
        let ty = returned_type(&sig.output);
        let (peeks, made) = self.made(sig, ty.as_ref(), end);
        self.created(&peeks, end(self.carrier.around(made)))
    }

    /// Nothing of the body runs at the call.
    fn of_lazy(&self, lazy: &Lazy) -> TokenStream {
        let carried = lazy.in_its_box(self.carried(lazy.future.clone()));
        self.created(&TokenStream::new(), carried)
    }

    /// The type decides at compile time whether this is a future. It runs in place, as it may be none.
    fn of_alias(&self, output: &ReturnType) -> TokenStream {
        let Some(ty) = returned_type(output) else {
            return TokenStream::new();
        };
        let end = |value| self.carrier.end_alias(value);
        let begin = self.carrier.begin_alias(&ty);
        let made = self.in_place(Some(&ty), false, &end);
        let end = end(self.carrier.around(made));
        quote!(#begin #end)
    }

    fn of_sync(&self, sig: &mut Signature) -> TokenStream {
        let Self { site, body, .. } = *self;
        let enter = self.carrier.enter();
        if self.carrier.recorded(&TokenStream::new()).is_none() {
            return quote_spanned!(site=> { #enter #[allow(unused_braces)] #body });
        }
        let end = |value| self.carrier.recorded(&value).unwrap_or(value);
        let ty = returned_type(&sig.output).unwrap_or_else(|| parse_quote_spanned!(site=> ()));
        let (_, made) = self.made(sig, Some(&ty), &end);
        let end = end(made);
        quote_spanned!(site=> #enter #end)
    }

    fn params(&self, sig: &mut Signature) -> Params {
        Params::take(sig, self.carrier.evaluated(), self.site)
    }

    /// What the body returns, as a value of type `ty`, and what is to be said of parameters before.
    fn made(
        &self,
        sig: &mut Signature,
        ty: Option<&Type>,
        end: &dyn Fn(TokenStream) -> TokenStream,
    ) -> (TokenStream, TokenStream) {
        if self.in_place {
            let tries =
                self.carrier.recorded(&TokenStream::new()).is_some() && Kind::of(sig) == Kind::Sync;
            return (TokenStream::new(), self.in_place(ty, tries, end));
        }
        let Params {
            bindings, peeks, ..
        } = self.params(sig);
        let Self {
            private,
            site,
            body,
            ..
        } = self;
        let output = ty.map(|ty| quote_spanned!(*site=> -> #ty));
        let made = quote_spanned!(*site=> #private::call(move || #output { #bindings #[allow(unused_braces)] #body }));
        (peeks, made)
    }

    /// The body where it stands. Its early returns end by `end`, and so do those of `?` if `tries`.
    fn in_place(
        &self,
        ty: Option<&Type>,
        tries: bool,
        end: &dyn Fn(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let Self { private, site, .. } = self;
        let typed = |value: TokenStream| match ty {
            Some(ty) => quote_spanned!(*site=> #private::of::<#ty>(#value)),
            None => value,
        };
        let returns = Returns {
            private,
            tries,
            end: &|value| end(typed(value)),
        };
        let body = returns.rewritten(self.body);
        typed(quote_spanned!(*site=> { #[allow(unused_braces)] #body }))
    }

    fn carried(&self, future: TokenStream) -> TokenStream {
        let private = self.private;
        let future = if self.carrier.is_boxed() {
            quote_spanned!(self.site=> #private::std::boxed::Box::pin(#future))
        } else {
            future
        };
        self.carrier.carried(future)
    }

    fn created(&self, peeks: &TokenStream, future: TokenStream) -> TokenStream {
        let begin = self.carrier.begin(peeks);
        quote!(#begin #future)
    }
}

/// The signature without `async`.
///
/// The tokens that are ours have the hygiene and the edition of this crate and the place of the user's return type: `impl`
/// captures all lifetimes in edition 2021, too, and errors are reported where they would be.
fn returns_a_future(sig: &mut Signature, private: &TokenStream) {
    sig.asyncness = None;
    let (arrow, output, end) = match &sig.output {
        ReturnType::Default => (None, quote!(()), sig.ident.span()),
        ReturnType::Type(arrow, ty) => (Some(*arrow), ty.to_token_stream(), ty.span()),
    };
    let site = Span::mixed_site().located_at(end);
    let output = match &sig.output {
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => {
            quote_spanned!(site=> #private::Never)
        }
        _ => output,
    };
    // the last token is the user's, or lints about the signature are reported at the attribute
    let close = Token![>](end);
    let future: Type =
        parse_quote_spanned!(site=> impl #private::core::future::Future<Output = #output #close);
    sig.output = ReturnType::Type(arrow.unwrap_or(Token![->](site)), Box::new(future));
}

/// The type as a body may name it.
fn returned_type(output: &ReturnType) -> Option<Type> {
    match output {
        ReturnType::Type(_, ty) => Some(nameable(ty)),
        ReturnType::Default => None,
    }
}

/// On an `async fn` it speaks of the future, which says so itself.
fn is_bare_must_use(attr: &Attribute) -> bool {
    matches!(&attr.meta, Meta::Path(path) if path.is_ident("must_use"))
}

fn is_track_caller(attr: &Attribute) -> bool {
    let is_word = |token| matches!(token, TokenTree::Ident(word) if word == "track_caller");
    match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            list.tokens.clone().into_iter().any(is_word)
        }
        meta => meta.path().is_ident("track_caller"),
    }
}

/// Our hygiene and edition, at the place of these tokens.
pub(crate) fn at(tokens: &impl Spanned) -> Span {
    Span::mixed_site().located_at(tokens.span())
}
