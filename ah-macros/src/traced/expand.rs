//! What the attribute wraps around a function.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, Type, ext::IdentExt, spanned::Spanned};

use super::args::TracedArgs;
use crate::{
    OFF,
    fields::{self, Format},
    item_fn::{Body, ItemFn},
    lower::{Carrier, lower},
};

pub(super) fn function(mut function: ItemFn, args: &TracedArgs) -> TokenStream {
    if OFF && !args.boxed.is_given() {
        return function.into_token_stream(); // a box may be what lets it call itself
    }
    if let Body::Block(body) = &function.body {
        let private = args.crate_path().private();
        let traced = Traced {
            args,
            name: name(&function.sig.ident, args, &private),
            site: Span::mixed_site().located_at(body.span()),
            private,
        };
        lower(&mut function, &traced);
    }
    function.into_token_stream()
}

struct Traced<'a> {
    args: &'a TracedArgs,
    private: TokenStream,
    /// The type of the resource.
    name: TokenStream,
    site: Span,
}

impl Traced<'_> {
    /// Returns `true` if a call says more of itself than its name.
    fn has_more(&self) -> bool {
        self.args.fields.is_given() || self.args.trigger.is_given()
    }

    fn trigger(&self) -> TokenStream {
        let Self { private, site, .. } = self;
        match self.args.trigger.value() {
            Some(id) => {
                let at = Span::mixed_site().located_at(id.span());
                quote_spanned!(at=> #private::core::option::Option::Some(#private::core::convert::Into::into(#id)))
            }
            None => quote_spanned!(*site=> #private::core::option::Option::None),
        }
    }

    /// A closure that evaluates the fields.
    fn fields(&self, peeks: &TokenStream) -> TokenStream {
        let Self { private, site, .. } = self;
        let site = *site;
        let Some(list) = self.args.fields.value() else {
            return quote_spanned!(site=> || #private::core::option::Option::None);
        };
        let fields = fields::expand(list, &self.args.crate_path());
        quote_spanned!(site=> || {
            #peeks
            #private::core::option::Option::Some(#fields)
        })
    }

    /// The statement that says what to record of the result: once, since there may be several returns.
    fn let_record(&self) -> Option<TokenStream> {
        let Self { args, private, .. } = self;
        let part = |key: &Ident, part: &str, format: &Format| {
            let at = Span::mixed_site().located_at(key.span());
            let by = match format {
                Format::Debug => "debug",
                Format::Display => "display",
            };
            let name = Ident::new(&format!("{part}_{by}"), at);
            quote_spanned!(at=> #private::returned::#name(__ah_returned))
        };
        let err = args.err.key().zip(args.err.value());
        let ret = args.ret.key().zip(args.ret.value());
        let recorded = match (err, ret) {
            (None, None) => return None,
            (Some((key, format)), None) => part(key, "err", format),
            (None, Some((key, format))) => part(key, "ret", format),
            (Some((err, of_err)), Some((ret, of_ret))) => {
                let (err, ok) = (part(err, "err", of_err), part(ret, "ok", of_ret));
                quote_spanned!(self.site=> #private::core::option::Option::or_else(#err, || #ok))
            }
        };
        Some(quote_spanned!(self.site=>
            let __ah_record = #private::returned::recorder(|__ah_returned| #recorded);
        ))
    }

    fn is_recorded(&self) -> bool {
        self.args.err.is_given() || self.args.ret.is_given()
    }
}

impl Carrier for Traced<'_> {
    fn private(&self) -> &TokenStream {
        &self.private
    }

    fn evaluated(&self) -> TokenStream {
        let trigger = self.args.trigger.value();
        let fields = self.args.fields.value().into_iter().flatten();
        let fields = fields.map(fields::Field::value);
        quote!(#trigger #(#fields)*)
    }

    fn is_boxed(&self) -> bool {
        self.args.boxed.is_given()
    }

    fn begin(&self, peeks: &TokenStream) -> TokenStream {
        if OFF {
            return TokenStream::new();
        }
        let record = self.let_record();
        if !self.has_more() {
            return quote!(#record);
        }
        let Self { private, name, .. } = self;
        let (trigger, fields) = (self.trigger(), self.fields(peeks));
        quote_spanned!(self.site=> #record let __ah_call = #private::Call::new(#name, #trigger, #fields);)
    }

    fn carried(&self, future: TokenStream) -> TokenStream {
        if OFF {
            return future;
        }
        let Self {
            private,
            name,
            site,
            ..
        } = self;
        let traced = if self.has_more() {
            quote_spanned!(*site=> #private::called(#future, __ah_call))
        } else {
            quote_spanned!(*site=> #private::traced(#name, #future))
        };
        if self.is_recorded() {
            quote_spanned!(*site=> #private::recording(#traced, __ah_record))
        } else {
            traced
        }
    }

    fn begin_alias(&self, ty: &Type) -> TokenStream {
        let Self { private, name, .. } = self;
        let (trigger, fields) = (self.trigger(), self.fields(&TokenStream::new()));
        let record = self.let_record();
        quote_spanned!(self.site=>
            #record
            use #private::NotPolled as _;
            let __ah_alias = #private::Alias::<#ty>::new();
            let __ah_call = __ah_alias.__ah_begin(#name, || #trigger, #fields);
        )
    }

    fn end_alias(&self, value: TokenStream) -> TokenStream {
        let Self { private, site, .. } = self;
        let record = if self.is_recorded() {
            quote_spanned!(*site=> __ah_record)
        } else {
            quote_spanned!(*site=> #private::returned::nothing)
        };
        quote_spanned!(*site=> __ah_alias.__ah_end(#value, __ah_call, #record))
    }

    fn enter(&self) -> TokenStream {
        let (Self { private, name, .. }, record) = (self, self.let_record());
        if !self.has_more() {
            return quote_spanned!(self.site=> #record let __ah_scope = #private::FnScope::enter(#name););
        }
        let (trigger, fields) = (self.trigger(), self.fields(&TokenStream::new()));
        quote_spanned!(self.site=>
            #record
            let __ah_scope = #private::FnScope::enter_with(#name, || #trigger, #fields);
        )
    }

    fn recorded(&self, value: &TokenStream) -> Option<TokenStream> {
        let Self { private, site, .. } = self;
        self.is_recorded().then(
            || quote_spanned!(*site=> #private::FnScope::record(&__ah_scope, #value, __ah_record)),
        )
    }
}

/// The name that is given, or the function's.
fn name(ident: &Ident, args: &TracedArgs, private: &TokenStream) -> TokenStream {
    match args.name.value() {
        Some(syn::Expr::Lit(literal)) => literal.to_token_stream(),
        Some(name) => {
            let site = Span::mixed_site().located_at(name.span());
            quote_spanned!(site=> const { #private::name(#name) })
        }
        None => ident.unraw().to_string().to_token_stream(),
    }
}
