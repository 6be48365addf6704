//! `fields(key = expr, key = %expr, key = ?expr, key, %key, ?key)`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, LitInt, LitStr, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    spanned::Spanned,
};

use super::args::Format;
use crate::{
    attr::{Arg, Value},
    diag::Mistakes,
};

/// One field.
pub(super) struct Field {
    key: Key,
    /// As it is, if there is none.
    format: Option<Format>,
    value: TokenStream,
}

/// A name, which may have dots in it or be a string.
struct Key {
    text: String,
    tokens: TokenStream,
}

/// Parses the list of an option `fields(…)`.
pub(super) fn parse(option: Arg, mistakes: &mut Mistakes) -> Option<(Ident, Vec<Field>)> {
    let key = option.key;
    let Value::List(_, list) = option.value else {
        mistakes.at(
            &key,
            "`fields` needs a list: write `fields(name = value, %shown_by_display, ?shown_by_debug)`",
        );
        return None;
    };
    let parse = |input: ParseStream<'_>| {
        let mut fields = Vec::new();
        while !input.is_empty() {
            fields.push(input.parse()?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(fields)
    };
    let fields: Vec<Field> = mistakes.ok(parse.parse2(list))?;
    refuse_doubles(&fields, mistakes);
    if fields.is_empty() {
        mistakes.at(&key, "`fields` is empty: name a field, or remove it");
    }
    Some((key, fields))
}

fn refuse_doubles(fields: &[Field], mistakes: &mut Mistakes) {
    for (index, field) in fields.iter().enumerate() {
        let name = &field.key.text;
        if fields[..index].iter().any(|other| other.key.text == *name) {
            mistakes.at(
                &field.key.tokens,
                format!("field `{name}` is given twice: remove one or rename it"),
            );
        }
    }
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let format = sigil(input)?;
        let key: Key = input.parse()?;
        if !input.peek(Token![=]) {
            let value = key.as_value()?;
            return Ok(Self { key, format, value });
        }
        let equals: Token![=] = input.parse()?;
        if format.is_some() {
            return Err(syn::Error::new_spanned(
                &key.tokens,
                format!(
                    "the sign stands before the value: write `{} = %value`",
                    key.text
                ),
            ));
        }
        let format = sigil(input)?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new_spanned(
                equals,
                "expected a value after `=`",
            ));
        }
        let value = input.parse::<Expr>()?.into_token_stream();
        Ok(Self { key, format, value })
    }
}

impl Parse for Key {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            return Ok(Self {
                text: name.value(),
                tokens: name.into_token_stream(),
            });
        }
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected the name of a field: write `name = value`"));
        }
        let first = input.call(Ident::parse_any)?;
        let mut key = Self {
            text: first.unraw().to_string(),
            tokens: first.into_token_stream(),
        };
        while input.peek(Token![.]) {
            let dot: Token![.] = input.parse()?;
            let next = part(input)?;
            key.text = format!("{}.{}", key.text, next.to_string().trim_start_matches("r#"));
            key.tokens.extend(quote!(#dot #next));
        }
        Ok(key)
    }
}

impl Key {
    /// A field without a value is a variable, or a field of one: no string, no keyword, no `.await`.
    fn as_value(&self) -> syn::Result<TokenStream> {
        match syn::parse2::<Expr>(self.tokens.clone()) {
            Ok(Expr::Path(_) | Expr::Field(_)) => Ok(self.tokens.clone()),
            _ => {
                let name = &self.tokens;
                Err(syn::Error::new_spanned(
                    name,
                    format!("this field needs a value: write `{name} = value`"),
                ))
            }
        }
    }
}

impl Field {
    /// What it is evaluated from.
    pub(super) fn value(&self) -> &TokenStream {
        &self.value
    }

    /// The pair of name and value.
    pub(super) fn expand(&self, private: &TokenStream, async_hooks: &impl ToTokens) -> TokenStream {
        let Self {
            key: Key { text, .. },
            value,
            ..
        } = self;
        let site = proc_macro2::Span::mixed_site().located_at(value.span());
        let value = match self.format {
            None => quote_spanned!(site=> #private::Field::field(&(#value))),
            Some(format) => {
                let text = formatted(format, value, private, site);
                quote_spanned!(site=> #async_hooks::FieldValue::Formatted(#text))
            }
        };
        quote_spanned!(site=> (#text, #value))
    }
}

/// What follows a dot.
fn part(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.peek(LitInt) {
        return input.parse::<LitInt>().map(ToTokens::into_token_stream);
    }
    input
        .call(Ident::parse_any)
        .map(ToTokens::into_token_stream)
}

/// `%` or `?`
fn sigil(input: ParseStream<'_>) -> syn::Result<Option<Format>> {
    if input.parse::<Option<Token![%]>>()?.is_some() {
        return Ok(Some(Format::Display));
    }
    Ok(input.parse::<Option<Token![?]>>()?.map(|_| Format::Debug))
}

/// The value as a `String`.
fn formatted(
    format: Format,
    value: &TokenStream,
    private: &TokenStream,
    site: proc_macro2::Span,
) -> TokenStream {
    match format {
        Format::Display => quote_spanned!(site=> #private::display(&(#value))),
        Format::Debug => quote_spanned!(site=> #private::debug(&(#value))),
    }
}
