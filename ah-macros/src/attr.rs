//! Options: keywords with values, as they were written.
//!
//! Keyword and value stay together, so that what is said of an option points at its keyword.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    Expr, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    token::Paren,
};

use crate::{diag::Mistakes, guess};

/// What stands between the parentheses of an attribute.
pub(crate) struct Args {
    /// Values without a keyword.
    pub(crate) positional: Vec<Expr>,
    pub(crate) options: Vec<Arg>,
}

/// One option.
pub(crate) struct Arg {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What follows the keyword.
pub(crate) enum Value {
    /// `key`
    Nothing,
    /// `key = expr`
    Is(Box<Expr>),
    /// `key(…)`
    List(Paren, TokenStream),
}

impl Args {
    /// Parses all options, past those that do not parse.
    pub(crate) fn parse(tokens: TokenStream, mistakes: &mut Mistakes) -> Self {
        let mut args = Self {
            positional: Vec::new(),
            options: Vec::new(),
        };
        let parsed = Parser::parse2(
            |input: ParseStream<'_>| {
                while !input.is_empty() {
                    if let Err(error) = args.parse_one(input) {
                        mistakes.push(error);
                        skip_to_comma(input)?;
                    }
                    comma_or_end(input, mistakes)?;
                }
                Ok(())
            },
            tokens,
        );
        mistakes.ok(parsed);
        args
    }

    fn parse_one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(syn::Ident::peek_any) {
            let key = input.call(Ident::parse_any)?;
            let value = Value::parse(input)?;
            self.options.push(Arg { key, value });
        } else if input.peek(syn::Lit) {
            self.positional.push(input.parse()?);
        } else {
            return Err(input.error("expected the name of an option"));
        }
        Ok(())
    }
}

impl Value {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Paren) {
            let content;
            let paren = syn::parenthesized!(content in input);
            return Ok(Self::List(paren, content.parse()?));
        }
        if !input.peek(Token![=]) {
            return Ok(Self::Nothing);
        }
        let equals: Token![=] = input.parse()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new_spanned(
                equals,
                "expected a value after `=`",
            ));
        }
        Ok(Self::Is(Box::new(input.parse()?)))
    }
}

impl Arg {
    /// An option that takes no value.
    pub(crate) fn flag(self, mistakes: &mut Mistakes) -> Option<(Ident, ())> {
        let key = self.key;
        match self.value {
            Value::Nothing => return Some((key, ())),
            Value::Is(value) => {
                mistakes.at(value, format!("`{key}` takes no value: write `{key}`"))
            }
            Value::List(paren, _) => mistakes.push(syn::Error::new(
                paren.span.join(),
                format!("`{key}` takes no value: write `{key}`"),
            )),
        }
        None
    }

    /// An option that is `key = expr`; `example` is what to write after the `=`.
    pub(crate) fn expr(self, example: &str, mistakes: &mut Mistakes) -> Option<(Ident, Expr)> {
        let key = self.key;
        match self.value {
            Value::Is(value) => return Some((key, *value)),
            _ => mistakes.at(
                &key,
                format!("`{key}` needs a value: write `{key} = {example}`"),
            ),
        }
        None
    }
}

/// An option that may be given once.
pub(crate) struct Once<T>(Option<(Ident, T)>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Once<T> {
    /// Takes the option; a second one is a mistake.
    pub(crate) fn set(&mut self, option: Option<(Ident, T)>, mistakes: &mut Mistakes) {
        match (option, &self.0) {
            (Some((key, _)), Some(_)) => {
                mistakes.at(&key, format!("`{key}` is given twice: remove one"));
            }
            (Some(option), None) => self.0 = Some(option),
            (None, _) => (),
        }
    }

    /// The keyword, if the option was given: to point at.
    pub(crate) fn key(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(key, _)| key)
    }

    pub(crate) fn value(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    pub(crate) fn into_value(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }

    pub(crate) fn is_given(&self) -> bool {
        self.0.is_some()
    }
}

/// Notes an option that `attribute` does not know.
pub(crate) fn unknown(key: &Ident, attribute: &str, known: &[&str], mistakes: &mut Mistakes) {
    let list = known.join("`, `");
    let guess = match guess::nearest(&key.to_string(), known) {
        Some(guess) => format!("did you mean `{guess}`? "),
        None => String::new(),
    };
    mistakes.at(
        key,
        format!("unknown option `{key}`: {guess}`{attribute}` knows `{list}`"),
    );
}

fn comma_or_end(input: ParseStream<'_>, mistakes: &mut Mistakes) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    if !input.peek(Token![,]) {
        mistakes.push(input.error("expected `,`"));
        skip_to_comma(input)?;
    }
    input.parse::<Option<Token![,]>>().map(drop)
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
