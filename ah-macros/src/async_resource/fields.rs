//! `fields(key = expr, key = %expr, key = ?expr)` of a struct: what every `init` of its resources tells.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{
    Expr, LitStr, Result, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    visit_mut::VisitMut,
};

use super::scope::at;
use crate::{crate_path::CratePath, diag::Mistakes};

/// One field.
pub(super) struct Field {
    name: String,
    key: TokenStream,
    /// `display` or `debug`
    by: Option<&'static str>,
    value: Expr,
}

/// Parses the list.
pub(super) fn parse(list: TokenStream, mistakes: &mut Mistakes) -> Option<Vec<Field>> {
    let fields = Punctuated::<Field, Token![,]>::parse_terminated.parse2(list);
    let mut fields: Vec<Field> = mistakes.ok(fields)?.into_iter().collect();
    for index in 0..fields.len() {
        let (before, field) = fields.split_at_mut(index);
        let Some(field) = field.first_mut() else {
            continue;
        };
        if before.iter().any(|other| other.name == field.name) {
            mistakes.at(
                &field.key,
                format!(
                    "field `{}` is given twice: remove one or rename it",
                    field.name
                ),
            );
        }
        refuse_self(&mut field.value, mistakes);
    }
    Some(fields)
}

/// The value that the fields are about is not made yet.
fn refuse_self(value: &mut Expr, mistakes: &mut Mistakes) {
    struct Find<'a>(&'a mut Mistakes);
    impl VisitMut for Find<'_> {
        fn visit_ident_mut(&mut self, ident: &mut Ident) {
            if ident == "self" {
                self.0.at(&*ident, "there is no `self` when `init` is heard: name something that is there before the object, as a constant or a function of no arguments");
            }
        }
    }
    Find(mistakes).visit_expr_mut(value);
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (name, key) = key(input)?;
        if !input.peek(Token![=]) {
            let message = format!("this field needs a value: write `{name} = …`");
            return Err(syn::Error::new_spanned(key, message));
        }
        input.parse::<Token![=]>()?;
        let by = if input.parse::<Option<Token![%]>>()?.is_some() {
            Some("display")
        } else {
            input.parse::<Option<Token![?]>>()?.map(|_| "debug")
        };
        Ok(Self {
            name,
            key,
            by,
            value: input.parse()?,
        })
    }
}

/// A name, which may have dots in it or be a string.
fn key(input: ParseStream<'_>) -> Result<(String, TokenStream)> {
    if input.peek(LitStr) {
        let name: LitStr = input.parse()?;
        return Ok((name.value(), name.into_token_stream()));
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected the name of a field: write `name = value`"));
    }
    let names =
        Punctuated::<Ident, Token![.]>::parse_separated_nonempty_with(input, Ident::parse_any)?;
    let text: Vec<_> = names.iter().map(|name| name.unraw().to_string()).collect();
    Ok((text.join("."), names.into_token_stream()))
}

/// The expression that collects the fields.
pub(super) fn expand(fields: &[Field], krate: &CratePath) -> TokenStream {
    let pairs = fields.iter().map(|field| pair(field, krate));
    let site = proc_macro2::Span::mixed_site();
    quote_spanned!(site=> <#krate::Fields as #krate::__private::core::convert::From<_>>::from([#(#pairs),*]))
}

fn pair(field: &Field, krate: &CratePath) -> TokenStream {
    let Field {
        name, value, by, ..
    } = field;
    let site = at(value);
    match by {
        None => quote_spanned!(site=> (#name, #krate::__private::Field::field(&(#value)))),
        Some(by) => {
            let by = Ident::new(by, site);
            quote_spanned!(site=> (#name, #krate::FieldValue::Formatted(#krate::__private::#by(&(#value)))))
        }
    }
}
