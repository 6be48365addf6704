//! A method that runs in the scope of its object: the scope's data is copied out first, so that nothing of the
//! object is borrowed while the method runs.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Token, Type};

use crate::{
    item_fn::{Body, ItemFn},
    lower::{Carrier, lower},
};

/// Lets a method run in the scope of its object, a `ty`.
pub(super) fn enter(method: &mut ItemFn, krate: &impl ToTokens, ty: &impl ToTokens) {
    let (Body::Block(body), Some(receiver)) = (&method.body, method.sig.receiver()) else {
        return;
    };
    let site = Span::mixed_site().located_at(body.span());
    let scope = Scope {
        private: quote_spanned!(Span::mixed_site()=> #krate::__private),
        ty: ty.to_token_stream(),
        receiver: receiver.self_token,
        site,
    };
    lower(method, &scope);
}

struct Scope {
    private: TokenStream,
    ty: TokenStream,
    receiver: Token![self],
    site: Span,
}

impl Scope {
    fn of_object(&self) -> TokenStream {
        let Self {
            private,
            ty,
            receiver,
            ..
        } = self;
        quote_spanned!(self.site=> #private::scope_of::<#ty>(&#receiver))
    }
}

impl Carrier for Scope {
    fn private(&self) -> &TokenStream {
        &self.private
    }

    fn begin(&self, _: &TokenStream) -> TokenStream {
        let scope = self.of_object();
        quote_spanned!(self.site=> let __ah_scope = #scope;)
    }

    /// The statements that create a future run in the scope, too.
    fn around(&self, statements: TokenStream) -> TokenStream {
        quote_spanned!(self.site=> {
            let __ah_entered = __ah_scope.enter();
            #statements
        })
    }

    fn carried(&self, future: TokenStream) -> TokenStream {
        let private = &self.private;
        quote_spanned!(self.site=> #private::scoped(#future, &__ah_scope))
    }

    fn begin_alias(&self, ty: &Type) -> TokenStream {
        let (private, scope) = (&self.private, self.of_object());
        quote_spanned!(self.site=>
            use #private::NotPolled as _;
            let __ah_alias = #private::Alias::<#ty>::new();
            let __ah_scope = #scope;
        )
    }

    fn end_alias(&self, value: TokenStream) -> TokenStream {
        quote_spanned!(self.site=> __ah_alias.__ah_scoped(#value, &__ah_scope))
    }

    fn enter(&self) -> TokenStream {
        let scope = self.of_object();
        quote_spanned!(self.site=> let __ah_entered = #scope.enter();)
    }
}
