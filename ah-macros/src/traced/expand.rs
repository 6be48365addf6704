//! Functions, by what they return.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Ident, Meta, ReturnType, ext::IdentExt};

use super::{
    args::{Format, TracedArgs},
    guide::{guide, without_impl},
    kind::Kind,
    lower,
    params::Params,
    pinned::Pinned,
};
use crate::{
    OFF,
    item_fn::{Body, ItemFn},
};

pub(super) fn function(mut function: ItemFn, args: &TracedArgs) -> TokenStream {
    if OFF && !args.boxed.is_given() {
        return function.into_token_stream(); // a box may be what lets it call itself
    }
    function.hoist_inner_attributes();
    let Body::Block(body) = function.body.clone() else {
        return function.into_token_stream();
    };
    let expansion = Expansion::new(&function, args, &body);
    let block = match Kind::of(&function.sig) {
        Kind::Async => expansion.of_async(&mut function, &body),
        Kind::Opaque(_) => expansion.of_opaque(&mut function, &body),
        Kind::Boxed(_) => expansion.of_boxed(&mut function, &body),
        Kind::Alias => expansion.of_alias(&mut function, &body),
        Kind::Sync => expansion.of_sync(&function, &body),
    };
    function.body = Body::Block(braces(block, body.span()));
    function.into_token_stream()
}

/// What all expansions need.
struct Expansion<'a> {
    args: &'a TracedArgs,
    private: TokenStream,
    /// The type of the resource.
    name: TokenStream,
    /// Our hygiene and edition, at the place of the user's body.
    site: Span,
}

impl<'a> Expansion<'a> {
    fn new(function: &ItemFn, args: &'a TracedArgs, body: &Group) -> Self {
        let private = args.crate_path().private();
        Self {
            args,
            name: name(&function.sig.ident, args, &private),
            private,
            site: Span::mixed_site().located_at(body.span()),
        }
    }

    fn of_async(&self, function: &mut ItemFn, body: &Group) -> TokenStream {
        let Self { private, site, .. } = self;
        function.attrs.retain(|attr| !is_bare_must_use(attr));
        let guide = guide(&function.sig.output, private, *site);
        let Params {
            bindings, peeks, ..
        } = Params::take(&mut function.sig, self.args.evaluated(), *site);
        lower::signature(&mut function.sig, private);
        let future =
            quote_spanned!(*site=> async move { #bindings #guide #[allow(unused_braces)] #body });
        self.wrapped(&peeks, future)
    }

    fn of_opaque(&self, function: &mut ItemFn, body: &Group) -> TokenStream {
        let Params {
            bindings, peeks, ..
        } = Params::take(&mut function.sig, self.args.evaluated(), self.site);
        let future = self.called(&bindings, None, body);
        self.wrapped(&peeks, future)
    }

    fn of_boxed(&self, function: &mut ItemFn, body: &Group) -> TokenStream {
        let Self { private, site, .. } = self;
        if let Some(Pinned {
            before,
            paren,
            future,
        }) = Pinned::find(body)
        {
            let wrapped = self.wrapped_in(&TokenStream::new(), future, |wrapped| {
                let mut group = Group::new(Delimiter::Parenthesis, wrapped);
                group.set_span(paren);
                quote!(#before #group)
            });
            return wrapped;
        }
        let Params {
            bindings, peeks, ..
        } = Params::take(&mut function.sig, self.args.evaluated(), *site);
        let future = self.called(&bindings, Some(&function.sig.output), body);
        self.wrapped_in(
            &peeks,
            future,
            |wrapped| quote_spanned!(*site=> #private::std::boxed::Box::pin(#wrapped)),
        )
    }

    /// The type tells at compile time whether this is a future.
    fn of_alias(&self, function: &mut ItemFn, body: &Group) -> TokenStream {
        let ReturnType::Type(_, ty) = &function.sig.output else {
            return self.of_sync(function, body);
        };
        let ty = without_impl(ty);
        let Self {
            private,
            name,
            site,
            ..
        } = self;
        let Params {
            bindings, peeks, ..
        } = Params::take(&mut function.sig, self.args.evaluated(), *site);
        let (trigger, fields) = (self.trigger(), self.fields(&peeks));
        let called = self.called(&bindings, Some(&function.sig.output), body);
        let record = self
            .record()
            .unwrap_or_else(|| quote_spanned!(*site=> |_| #private::core::option::Option::None));
        quote_spanned!(*site=>
            use #private::NotPolled as _;
            let __ah_alias = #private::Alias::<#ty>::new();
            let __ah_call = __ah_alias.__ah_begin(#name, || #trigger, #fields);
            let __ah_value = #called;
            __ah_alias.__ah_end(__ah_call, __ah_value, #record)
        )
    }

    fn of_sync(&self, function: &ItemFn, body: &Group) -> TokenStream {
        let Self {
            private,
            name,
            site,
            ..
        } = self;
        let (trigger, fields) = (self.trigger(), self.fields(&TokenStream::new()));
        let enter = quote_spanned!(*site=>
            let __ah_scope = #private::FnScope::enter(#name, || #trigger, #fields);
        );
        let Some(record) = self.record() else {
            // the inner braces are ours: temporaries of the last expression go before the scope does
            return quote_spanned!(*site=> { #enter #[allow(unused_braces)] #body });
        };
        let called = self.called(&TokenStream::new(), Some(&function.sig.output), body);
        quote_spanned!(*site=> #enter #private::FnScope::record(&__ah_scope, #called, #record))
    }

    /// The body as a closure that is called here: it may `return`.
    fn called(
        &self,
        bindings: &TokenStream,
        output: Option<&ReturnType>,
        body: &Group,
    ) -> TokenStream {
        let Self { private, site, .. } = self;
        let output = match output {
            Some(ReturnType::Type(arrow, ty)) => {
                let ty = without_impl(ty);
                quote!(#arrow #ty)
            }
            _ => TokenStream::new(),
        };
        quote_spanned!(*site=> #private::call(move || #output { #bindings #[allow(unused_braces)] #body }))
    }

    fn wrapped(&self, peeks: &TokenStream, future: TokenStream) -> TokenStream {
        self.wrapped_in(peeks, future, |wrapped| wrapped)
    }

    /// The tracked future, with what stands before it.
    fn wrapped_in(
        &self,
        peeks: &TokenStream,
        future: TokenStream,
        outer: impl FnOnce(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let Self {
            args,
            private,
            name,
            site,
            ..
        } = self;
        let site = *site;
        let future = if args.boxed.is_given() {
            quote_spanned!(site=> #private::std::boxed::Box::pin(#future))
        } else {
            future
        };
        if OFF {
            return outer(future);
        }
        let (call, traced) = if args.fields.is_given() || args.trigger.is_given() {
            let (trigger, fields) = (self.trigger(), self.fields(peeks));
            (
                quote_spanned!(site=> let __ah_call = #private::Call::new(#name, #trigger, #fields);),
                quote_spanned!(site=> #private::Call::traced(__ah_call, #future)),
            )
        } else {
            (
                TokenStream::new(),
                quote_spanned!(site=> #private::traced(#name, #future)),
            )
        };
        let recorded = match self.record() {
            Some(record) => quote_spanned!(site=> #private::recording(#traced, #record)),
            None => traced,
        };
        let outer = outer(recorded);
        quote!(#call #outer)
    }

    fn trigger(&self) -> TokenStream {
        let Self { private, site, .. } = self;
        match self.args.trigger.value() {
            Some(id) => {
                let at = Span::mixed_site().located_at(syn::spanned::Spanned::span(id));
                quote_spanned!(at=> #private::core::option::Option::Some(#private::core::convert::Into::into(#id)))
            }
            None => quote_spanned!(*site=> #private::core::option::Option::None),
        }
    }

    /// A closure that evaluates the fields.
    fn fields(&self, peeks: &TokenStream) -> TokenStream {
        let Self { private, site, .. } = self;
        let site = *site;
        let Some(fields) = self.args.fields.value() else {
            return quote_spanned!(site=> || #private::core::option::Option::None);
        };
        let krate = self.args.crate_path();
        let fields = fields.iter().map(|field| field.expand(private, &krate));
        quote_spanned!(site=> || {
            #peeks
            #private::core::option::Option::Some(#krate::Fields::from([#(#fields),*]))
        })
    }

    /// A closure that says what to record of the result.
    fn record(&self) -> Option<TokenStream> {
        let Self { args, private, .. } = self;
        let part = |key: &Ident, part: &str, format: &Format| {
            let at = Span::mixed_site().located_at(key.span());
            let name = format!(
                "{part}_{}",
                if *format == Format::Debug {
                    "debug"
                } else {
                    "display"
                }
            );
            let name = Ident::new(&name, at);
            quote_spanned!(at=> #private::returned::#name(__ah_returned))
        };
        let err = args.err.key().zip(args.err.value());
        let ret = args.ret.key().zip(args.ret.value());
        let site = self.site;
        let recorded = match (err, ret) {
            (None, None) => return None,
            (Some((key, format)), None) => part(key, "err", format),
            (None, Some((key, format))) => part(key, "ret", format),
            (Some((err, of_err)), Some((ret, of_ret))) => {
                let (err, ok) = (part(err, "err", of_err), part(ret, "ok", of_ret));
                quote_spanned!(site=> #private::core::option::Option::or_else(#err, || #ok))
            }
        };
        Some(quote_spanned!(site=> |__ah_returned| #recorded))
    }
}

/// The braces of a function are the user's: lints such as `dead_code` are silent about what a macro made.
fn braces(content: TokenStream, span: Span) -> Group {
    let mut braces = Group::new(Delimiter::Brace, content);
    braces.set_span(span);
    braces
}

/// The name that is given, or the function's.
fn name(ident: &Ident, args: &TracedArgs, private: &TokenStream) -> TokenStream {
    match args.name.value() {
        Some(syn::Expr::Lit(literal)) => literal.to_token_stream(),
        Some(name) => {
            let site = Span::mixed_site().located_at(syn::spanned::Spanned::span(name));
            quote_spanned!(site=> const { #private::name(#name) })
        }
        None => ident.unraw().to_string().to_token_stream(),
    }
}

/// On an `async fn` it speaks of the future, which says so itself.
fn is_bare_must_use(attr: &Attribute) -> bool {
    matches!(&attr.meta, Meta::Path(path) if path.is_ident("must_use"))
}
