//! The path to the facade: `crate = path`, or `::async_hooks`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, ExprPath, Path, parse_quote_spanned};

use crate::{attr::Arg, diag::Mistakes};

/// Where generated code finds the facade.
#[derive(Clone)]
pub(crate) struct CratePath(Option<Path>);

impl CratePath {
    /// `::async_hooks`
    pub(crate) fn standard() -> Self {
        Self(None)
    }

    /// `::ah_testing`
    pub(crate) fn testing() -> Self {
        Self(Some(
            parse_quote_spanned!(Span::mixed_site()=> ::ah_testing),
        ))
    }

    /// Takes the value of `crate = …`.
    pub(crate) fn of(value: &Expr, mistakes: &mut Mistakes) -> Self {
        match without_group(value) {
            Expr::Path(path) if is_plain(path) => Self(Some(path.path.clone())),
            other => {
                mistakes.at(
                    other,
                    "`crate` is the path to `async_hooks`, without quotes: write `crate = my_crate::async_hooks`",
                );
                Self::standard()
            }
        }
    }

    /// The path as if the user had written it there.
    pub(crate) fn at(&self, at: Span) -> TokenStream {
        match &self.0 {
            Some(path) => path.to_token_stream(),
            None => quote_spanned!(at=> ::async_hooks),
        }
    }

    /// The hidden module with what generated code calls.
    pub(crate) fn private(&self) -> TokenStream {
        quote_spanned!(Span::mixed_site()=> #self::__private)
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.at(Span::mixed_site()));
    }
}

/// The option `crate = path`.
pub(crate) fn option(option: Arg, mistakes: &mut Mistakes) -> Option<(Ident, CratePath)> {
    let (key, path) = option.expr("my_crate::async_hooks", mistakes)?;
    Some((key, CratePath::of(&path, mistakes)))
}

/// Of names alone, as the path of a module: it becomes the path of an attribute, too.
fn is_plain(path: &ExprPath) -> bool {
    let mut segments = path.path.segments.iter();
    path.qself.is_none() && segments.all(|segment| segment.arguments.is_none())
}

/// A path that came through a `macro_rules!` fragment stands in a group that cannot be seen.
fn without_group(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => without_group(&group.expr),
        other => other,
    }
}

#[cfg(test)]
#[path = "../unit_tests/crate_path.rs"]
mod tests;
