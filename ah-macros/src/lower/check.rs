//! What no lowering could keep: mistakes that both attributes report.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::{ReturnType, Signature, Type, TypeParamBound, Visibility};

use super::kind::Kind;
use crate::{
    diag::Mistakes,
    item_fn::{Body, ItemFn},
};

/// What wraps a future is no clone of it. Returns whether nobody asks for one.
pub(crate) fn is_not_cloned(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let (Kind::Opaque(_), ReturnType::Type(_, ty)) = (Kind::of(sig), &sig.output) else {
        return true;
    };
    let Type::ImplTrait(opaque) = &**ty else {
        return true;
    };
    let mut is_fine = true;
    for bound in &opaque.bounds {
        let TypeParamBound::Trait(bound) = bound else {
            continue;
        };
        let last = bound.path.segments.last();
        if last.is_some_and(|last| last.ident == "Clone" || last.ident == "Copy") {
            is_fine = false;
            mistakes.at(
                &bound.path,
                "a future that is carried cannot be cloned, as it has one life: remove this bound, and share the future where it is needed, such as by `FutureExt::shared`",
            );
        }
    }
    is_fine
}

/// Where an `async fn` awaits a call of itself, if that is certain: a future cannot hold itself.
///
/// A method is looked at if `self.name()` certainly calls it, and not a trait's method of that name.
/// In a block, a bare name is a function outside of it.
pub(crate) fn call_of_itself(function: &ItemFn, in_block: bool) -> Option<Ident> {
    let Body::Block(body) = &function.body else {
        return None;
    };
    function.sig.asyncness?;
    let name = &function.sig.ident;
    let is_inherent = in_block || !matches!(function.vis, Visibility::Inherited);
    let is_method = function.sig.receiver().is_some() || has_word(body.stream(), "Self");
    let is_callee = |before: &[TokenTree]| match before {
        [.., first, TokenTree::Punct(dot)] if dot.as_char() == '.' => {
            is_inherent && is_word(first, "self")
        }
        [.., first, TokenTree::Punct(one), TokenTree::Punct(two)]
            if one.as_char() == ':' && two.as_char() == ':' =>
        {
            is_inherent && is_word(first, "Self")
        }
        _ => !is_method && !in_block,
    };
    awaited_call(body.stream(), name, &is_callee)
}

/// `name(…).await`
fn awaited_call(
    tokens: TokenStream,
    name: &Ident,
    is_callee: &dyn Fn(&[TokenTree]) -> bool,
) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens
        .iter()
        .enumerate()
        .find_map(|(at, token)| match token {
            TokenTree::Group(group) => awaited_call(group.stream(), name, is_callee),
            TokenTree::Ident(found) if found == name => match &tokens[at + 1..] {
                [TokenTree::Group(arguments), TokenTree::Punct(dot), word, ..]
                    if arguments.delimiter() == Delimiter::Parenthesis
                        && dot.as_char() == '.'
                        && is_word(word, "await")
                        && is_callee(&tokens[..at]) =>
                {
                    Some(found.clone())
                }
                _ => None,
            },
            _ => None,
        })
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(found) if found == word)
}

fn has_word(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_word(group.stream(), word),
        token => is_word(&token, word),
    })
}
