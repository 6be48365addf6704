//! The `return` that never runs. Inside the block it says what the block returns, so that `?`, `into`, coercions and type
//! errors find what they would find in the plain function.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{
    ReturnType, Type, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::at;

pub(super) fn guide(output: &ReturnType, private: &TokenStream, site: Span) -> TokenStream {
    match output {
        ReturnType::Default => quote_spanned!(site=>
            #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::needless_return)]
            if false {
                return ();
            }
        ),
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => TokenStream::new(),
        ReturnType::Type(_, ty) => {
            let (site, ty) = (at(ty), nameable(ty));
            quote_spanned!(site=>
                #[allow(unreachable_code, clippy::all, clippy::pedantic)]
                if false {
                    let __ah_never: #ty = #private::never_called();
                    return __ah_never;
                }
            )
        }
    }
}

/// The type with `_` where it says `impl Trait`, or may say so by a macro: that may not stand in a body.
pub(super) fn nameable(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Erase(false).visit_type_mut(&mut ty);
    ty
}

/// Returns `true` if a macro stands for the type, or for a part of it.
pub(super) fn has_macro(ty: &Type) -> bool {
    let mut erase = Erase(false);
    erase.visit_type_mut(&mut ty.clone());
    erase.0
}

struct Erase(bool);

impl VisitMut for Erase {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        self.0 |= matches!(ty, Type::Macro(_));
        if matches!(ty, Type::ImplTrait(_) | Type::Macro(_)) {
            *ty = parse_quote_spanned!(ty.span()=> _);
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}
