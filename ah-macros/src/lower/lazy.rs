//! A body that is one async block and nothing else, in a box as async-trait writes it or not: nothing of it runs at the call.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// Such a body.
pub(super) struct Lazy {
    /// `Box::pin` and the place of its parentheses.
    pinned: Option<(TokenStream, Span)>,
    pub(super) future: TokenStream,
}

impl Lazy {
    /// Returns `async { … }`, `async move { … }`.
    pub(super) fn block(body: &Group) -> Option<Self> {
        let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
        let (last, words) = tokens.split_last()?;
        let is_block = matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
            && (is_word(words.first(), "async"))
            && (words.len() == 1 || words.len() == 2 && is_word(words.last(), "move"));
        is_block.then(|| Self {
            pinned: None,
            future: body.stream(),
        })
    }

    /// Returns what is in `Box::pin(async …)`.
    pub(super) fn pinned(body: &Group) -> Option<Self> {
        let mut before: Vec<TokenTree> = body.stream().into_iter().collect();
        let Some(TokenTree::Group(arguments)) = before.pop() else {
            return None;
        };
        let is_call = arguments.delimiter() == Delimiter::Parenthesis
            && is_word(arguments.stream().into_iter().next().as_ref(), "async")
            && is_word(before.last(), "pin")
            && before.iter().all(|token| match token {
                TokenTree::Ident(_) => true,
                TokenTree::Punct(punct) => punct.as_char() == ':',
                _ => false,
            });
        is_call.then(|| Self {
            pinned: Some((before.into_iter().collect(), arguments.span())),
            future: arguments.stream(),
        })
    }

    /// The carried future, in the user's box if there was one: it needs no second.
    pub(super) fn in_its_box(&self, carried: TokenStream) -> TokenStream {
        let Some((pin, paren)) = &self.pinned else {
            return carried;
        };
        let mut group = Group::new(Delimiter::Parenthesis, carried);
        group.set_span(*paren);
        quote::quote!(#pin #group)
    }
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(found)) if found == word)
}
