//! Collects mistakes, so that all of them are reported at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// The mistakes found in one use of an attribute. Each is an error at the smallest token to edit.
#[derive(Default)]
#[must_use = "mistakes must be reported"]
pub(crate) struct Mistakes(Vec<Error>);

impl Mistakes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Notes a mistake at these tokens: in lower case, with code in backticks, saying what to write instead.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// Notes what a parser said.
    pub(crate) fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Takes the value, or notes what the parser said.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Fails with the first mistake, for a parser.
    pub(crate) fn first(self) -> syn::Result<()> {
        self.0.into_iter().next().map_or(Ok(()), Err)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The item, then every mistake: it is always emitted, so that one mistake does not become ten.
    pub(crate) fn beside(self, item: impl ToTokens) -> TokenStream {
        let mut tokens = item.into_token_stream();
        tokens.extend(self.0.iter().map(Error::to_compile_error));
        tokens
    }
}
