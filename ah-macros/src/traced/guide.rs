//! The `return` that never runs. Inside the block it says what the block returns, so that `?`, `into`, coercions and type
//! errors find what they would find in the plain function.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{
    ReturnType, Type, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

pub(super) fn guide(output: &ReturnType, private: &TokenStream, site: Span) -> TokenStream {
    match output {
        ReturnType::Default => quote_spanned!(site=>
            #[allow(unreachable_code, clippy::diverging_sub_expression)]
            if false {
                return ();
            }
        ),
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => TokenStream::new(),
        ReturnType::Type(_, ty) => {
            let ty_site = Span::mixed_site().located_at(ty.span());
            let ty = without_impl(ty);
            quote_spanned!(ty_site=>
                #[allow(unreachable_code, clippy::all, clippy::pedantic)]
                if false {
                    let __ah_never: #ty = #private::never_called();
                    return __ah_never;
                }
            )
        }
    }
}

/// The type with `_` where it says `impl Trait`, which may not stand in a body.
pub(super) fn without_impl(ty: &Type) -> Type {
    struct Erase;
    impl VisitMut for Erase {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let Type::ImplTrait(opaque) = ty {
                *ty = parse_quote_spanned!(opaque.span()=> _);
            } else {
                visit_mut::visit_type_mut(self, ty);
            }
        }
    }
    let mut ty = ty.clone();
    Erase.visit_type_mut(&mut ty);
    ty
}
