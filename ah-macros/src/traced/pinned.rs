//! A body that is `Box::pin(async …)` and nothing else, as async-trait makes it: the future needs no second box.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// Such a body.
pub(super) struct Pinned {
    /// `Box::pin`
    pub(super) before: TokenStream,
    pub(super) paren: Span,
    pub(super) future: TokenStream,
}

impl Pinned {
    pub(super) fn find(body: &Group) -> Option<Self> {
        let mut before: Vec<TokenTree> = body.stream().into_iter().collect();
        let Some(TokenTree::Group(arguments)) = before.pop() else {
            return None;
        };
        let is_async = matches!(arguments.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "async");
        let is_call = arguments.delimiter() == Delimiter::Parenthesis
            && before.iter().all(|token| match token {
                TokenTree::Ident(_) => true,
                TokenTree::Punct(punct) => punct.as_char() == ':',
                _ => false,
            })
            && matches!(before.last(), Some(TokenTree::Ident(word)) if word == "pin");
        (is_call && is_async).then(|| Self {
            before: before.into_iter().collect(),
            paren: arguments.span(),
            future: arguments.stream(),
        })
    }
}
