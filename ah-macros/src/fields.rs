//! `fields(key = expr, key = %expr, key = ?expr, key, %key, ?key)`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, LitInt, LitStr, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    spanned::Spanned,
};

use crate::{
    attr::{Arg, Value},
    crate_path::CratePath,
    diag::Mistakes,
};

/// How a value is recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Display,
    Debug,
}

/// One field.
pub(crate) struct Field {
    key: Key,
    /// As it is, if there is none.
    format: Option<Format>,
    value: Expr,
    /// It stands for itself: the key is the value.
    is_short: bool,
}

/// A name, which may have dots in it or be a string.
struct Key {
    text: String,
    tokens: TokenStream,
}

/// Parses the list of an option `fields(…)`.
pub(crate) fn parse(option: Arg, mistakes: &mut Mistakes) -> Option<(Ident, Vec<Field>)> {
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
            return Ok(Self {
                key,
                format,
                value,
                is_short: true,
            });
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
        Ok(Self {
            key,
            format,
            value: input.parse()?,
            is_short: false,
        })
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
    fn as_value(&self) -> syn::Result<Expr> {
        match syn::parse2(self.tokens.clone()) {
            Ok(value @ (Expr::Path(_) | Expr::Field(_))) => Ok(value),
            _ => Err(self.needs_value()),
        }
    }

    fn needs_value(&self) -> syn::Error {
        let name = &self.tokens;
        syn::Error::new_spanned(
            name,
            format!("this field needs a value: write `{name} = value`"),
        )
    }
}

impl Field {
    /// What it is evaluated from.
    pub(crate) fn value(&self) -> &Expr {
        &self.value
    }

    /// A field of a struct: there is no value of the struct yet, and no argument to stand for itself.
    pub(crate) fn stands_alone(&self, mistakes: &mut Mistakes) {
        if self.is_short {
            mistakes.push(self.key.needs_value());
        } else {
            refuse_self(self.value.to_token_stream(), mistakes);
        }
    }

    /// The pair of name and value.
    fn expand(&self, private: &TokenStream, krate: &CratePath) -> TokenStream {
        let (text, value) = (&self.key.text, &self.value);
        let site = Span::mixed_site().located_at(value.span());
        let by = match self.format {
            None => {
                return quote_spanned!(site=> (#text, #private::Field::field(&(#value))));
            }
            Some(Format::Display) => quote_spanned!(site=> display),
            Some(Format::Debug) => quote_spanned!(site=> debug),
        };
        quote_spanned!(site=> (#text, #krate::FieldValue::Formatted(#private::#by(&(#value)))))
    }
}

/// The expression that collects the fields.
pub(crate) fn expand(fields: &[Field], krate: &CratePath) -> TokenStream {
    let (site, private) = (Span::mixed_site(), krate.private());
    let fields = fields.iter().map(|field| field.expand(&private, krate));
    quote_spanned!(site=> <#krate::Fields as #private::core::convert::From<_>>::from([#(#fields),*]))
}

fn refuse_self(value: TokenStream, mistakes: &mut Mistakes) {
    for token in value {
        match token {
            TokenTree::Group(group) => refuse_self(group.stream(), mistakes),
            TokenTree::Ident(word) if word == "self" => mistakes.at(word, "there is no `self` when `init` is delivered: name something that is there before the object, as a constant or a function of no arguments"),
            _ => (),
        }
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
