//! What a body returns early, where it runs in place: each `return` ends as the function does.
//!
//! A `return` that another crate's macro writes cannot be seen: the page of the attributes says so.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{
    Block, Expr, ExprReturn, ExprTry, Item, Macro,
    visit_mut::{self, VisitMut},
};

use super::at;
use crate::macro_input::{self, Reader};

pub(super) struct Returns<'a> {
    pub(super) private: &'a TokenStream,
    /// Whether `?` is rewritten, too.
    pub(super) tries: bool,
    /// How the function ends with a value.
    pub(super) end: &'a dyn Fn(TokenStream) -> TokenStream,
}

impl Returns<'_> {
    /// The body with its early returns rewritten; as it is, if there are none or it is for rustc to report a mistake.
    pub(super) fn rewritten(&self, body: &Group) -> TokenStream {
        if !self.may_return(body.stream()) {
            return body.to_token_stream();
        }
        let Ok(mut block) = syn::parse2::<Block>(body.to_token_stream()) else {
            return body.to_token_stream();
        };
        Rewrite {
            returns: self,
            changes: 0,
        }
        .visit_block_mut(&mut block);
        block.into_token_stream()
    }

    fn may_return(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(word) => word == "return",
            TokenTree::Punct(punct) => self.tries && punct.as_char() == '?',
            TokenTree::Group(group) => self.may_return(group.stream()),
            TokenTree::Literal(_) => false,
        })
    }
}

struct Rewrite<'a> {
    returns: &'a Returns<'a>,
    changes: usize,
}

impl Rewrite<'_> {
    fn end_by_return(&mut self, expr: &mut ExprReturn) {
        let site = at(&expr.return_token);
        let value = match expr.expr.take() {
            Some(value) => value.into_token_stream(),
            None => quote_spanned!(site=> ()),
        };
        expr.expr = Some(Box::new(Expr::Verbatim((self.returns.end)(value))));
        self.changes += 1;
    }

    /// As the compiler does it, by traits that say the same.
    fn end_by_try(&mut self, expr: &ExprTry) -> Expr {
        let (site, private) = (at(&expr.question_token), self.returns.private);
        let tried = &expr.expr;
        let residual = quote_spanned!(site=> #private::FromResidual::from_residual(__ah_residual));
        let end = (self.returns.end)(residual);
        self.changes += 1;
        Expr::Verbatim(quote_spanned!(site=>
            match #private::Try::branch(#tried) {
                #private::core::ops::ControlFlow::Continue(__ah_output) => __ah_output,
                #private::core::ops::ControlFlow::Break(__ah_residual) => return #end,
            }
        ))
    }
}

impl VisitMut for Rewrite<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Closure(_) | Expr::Async(_) | Expr::Const(_)) {
            return; // they return from themselves
        }
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Return(returned) => self.end_by_return(returned),
            Expr::Try(tried) if self.returns.tries => *expr = self.end_by_try(tried),
            _ => (),
        }
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Item::Macro(item) = item {
            self.visit_macro_mut(&mut item.mac);
        }
    }

    fn visit_macro_mut(&mut self, input: &mut Macro) {
        macro_input::visit(self, input);
    }
}

impl Reader for Rewrite<'_> {
    fn changes(&self) -> usize {
        self.changes
    }
}
