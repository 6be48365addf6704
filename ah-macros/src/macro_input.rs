//! Looks into the input of macros, where it can be read.
//!
//! What is read: expressions between commas, `value; count`, statements, and the patterns of `matches!` and its like. If
//! nothing is to be changed, the tokens stay as they were.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Block, Expr, Macro, Pat, Result, Stmt, Token,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    visit_mut::VisitMut,
};

/// What changes code, in the input of macros, too.
pub(crate) trait Reader: VisitMut {
    /// How much it has changed so far.
    fn changes(&self) -> usize;

    /// Notes a macro whose input could not be read.
    fn unread(&mut self) {}
}

/// Changes the input of a macro.
pub(crate) fn visit(reader: &mut impl Reader, input: &mut Macro) {
    if is_about_tokens(input) || input.tokens.is_empty() {
        return;
    }
    let Some(mut read) = Input::read(input) else {
        return reader.unread();
    };
    let before = reader.changes();
    read.visit(reader);
    if reader.changes() != before {
        input.tokens = read.into_token_stream();
    }
}

/// Macros whose input is not code that runs here.
fn is_about_tokens(input: &Macro) -> bool {
    let name = input
        .path
        .segments
        .last()
        .map(|last| last.ident.to_string());
    matches!(
        name.as_deref(),
        Some("macro_rules" | "stringify" | "quote" | "concat_idents")
    )
}

fn is_about_patterns(input: &Macro) -> bool {
    let name = input
        .path
        .segments
        .last()
        .map(|last| last.ident.to_string());
    name.is_some_and(|name| name.contains("matches"))
}

enum Input {
    Exprs(Punctuated<Expr, Token![,]>),
    Repeat(Box<Repeat>),
    Stmts(Vec<Stmt>),
    Matches(Box<Matches>),
}

impl Input {
    fn read(input: &Macro) -> Option<Self> {
        let tokens = || input.tokens.clone();
        if is_about_patterns(input) {
            return syn::parse2(tokens()).ok().map(Self::Matches);
        }
        if let Ok(exprs) = Punctuated::parse_terminated.parse2(tokens()) {
            return Some(Self::Exprs(exprs));
        }
        if let Ok(repeat) = syn::parse2(tokens()) {
            return Some(Self::Repeat(repeat));
        }
        Block::parse_within.parse2(tokens()).ok().map(Self::Stmts)
    }

    fn visit(&mut self, reader: &mut impl Reader) {
        match self {
            Self::Exprs(exprs) => exprs
                .iter_mut()
                .for_each(|expr| reader.visit_expr_mut(expr)),
            Self::Repeat(repeat) => {
                reader.visit_expr_mut(&mut repeat.value);
                reader.visit_expr_mut(&mut repeat.count);
            }
            Self::Stmts(stmts) => stmts
                .iter_mut()
                .for_each(|stmt| reader.visit_stmt_mut(stmt)),
            Self::Matches(matches) => {
                reader.visit_expr_mut(&mut matches.subject);
                reader.visit_pat_mut(&mut matches.pattern);
                if let Some((_, guard)) = &mut matches.guard {
                    reader.visit_expr_mut(guard);
                }
            }
        }
    }
}

impl ToTokens for Input {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Exprs(exprs) => exprs.to_tokens(tokens),
            Self::Repeat(repeat) => repeat.to_tokens(tokens),
            Self::Stmts(stmts) => stmts.iter().for_each(|stmt| stmt.to_tokens(tokens)),
            Self::Matches(matches) => matches.to_tokens(tokens),
        }
    }
}

/// `value; count`
struct Repeat {
    value: Expr,
    semi: Token![;],
    count: Expr,
}

impl Parse for Repeat {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Ok(Self {
            value: input.parse()?,
            semi: input.parse()?,
            count: input.parse()?,
        })
    }
}

impl ToTokens for Repeat {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.value.to_tokens(tokens);
        self.semi.to_tokens(tokens);
        self.count.to_tokens(tokens);
    }
}

/// `subject, pattern if guard, …`
struct Matches {
    subject: Expr,
    comma: Token![,],
    pattern: Pat,
    guard: Option<(Token![if], Expr)>,
    rest: TokenStream,
}

impl Parse for Matches {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (subject, comma) = (input.parse()?, input.parse()?);
        let pattern = input.call(Pat::parse_multi_with_leading_vert)?;
        let guard = match input.parse::<Option<Token![if]>>()? {
            Some(token) => Some((token, input.parse()?)),
            None => None,
        };
        Ok(Self {
            subject,
            comma,
            pattern,
            guard,
            rest: input.parse()?,
        })
    }
}

impl ToTokens for Matches {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.subject.to_tokens(tokens);
        self.comma.to_tokens(tokens);
        self.pattern.to_tokens(tokens);
        if let Some((token, guard)) = &self.guard {
            token.to_tokens(tokens);
            guard.to_tokens(tokens);
        }
        self.rest.to_tokens(tokens);
    }
}
