//! Gives every literal of the type its resource, and every pattern its `..`.
//!
//! Seen are `Self {…}` and `Name {…}`, `Self(…)` and `Name(…)`, `Self` and `Name` as values, all with generic arguments or
//! not, in closures, in one another, and in macro input that parses as expressions or statements. Left alone are literals
//! with a `..base`, which keep the base's resource; literals that give a resource of their own; nested items, which have
//! another `Self`; and input of macros that we cannot read.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{
    Attribute, Expr, ExprCall, ExprPath, ExprStruct, FieldValue, Index, Item, Macro, Member, Pat,
    PatIdent, PatRest, PatStruct, PatTupleStruct, Path, Token, parse_quote_spanned,
    punctuated::Punctuated,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    names::{FIELD, TRIGGER, VALUE, VALUE_TRIGGERED_BY},
    target::Target,
};
use crate::macro_input::{self, Reader};

/// The literals and patterns of one method.
pub(super) struct Literals<'a> {
    target: &'a Target,
    /// The method says what triggers the objects that it creates.
    triggered: bool,
    /// How many literals got a resource.
    pub(super) made: usize,
    /// How many patterns got a `..`.
    opened: usize,
    /// How many literals said where they give a resource themselves.
    unmarked: usize,
    /// Was there a `_` at the end of a pattern that got a `..`? clippy would like them to be one.
    pub(super) wild: bool,
    /// Whether there was a macro whose input could not be read.
    pub(super) unread: bool,
    pub(super) errors: Vec<syn::Error>,
}

impl<'a> Literals<'a> {
    pub(super) fn new(target: &'a Target, triggered: bool) -> Self {
        Self {
            target,
            triggered,
            made: 0,
            opened: 0,
            unmarked: 0,
            wild: false,
            unread: false,
            errors: Vec::new(),
        }
    }

    /// A new resource. The user's own span, since it is where the resource says it was created.
    fn resource(&mut self, at: Span) -> TokenStream {
        self.made += 1;
        let krate = self.target.krate().at(at);
        if self.triggered {
            let trigger = format_ident!("{TRIGGER}", span = Span::mixed_site());
            quote_spanned!(at=> #krate::__private::ResourceOf::triggered_by(#trigger))
        } else {
            quote_spanned!(at=> #krate::__private::ResourceOf::new())
        }
    }

    fn add_to_braces(&mut self, literal: &mut ExprStruct) {
        let given = |field: &FieldValue| is_hidden(&field.member) || gives_resource(&field.expr);
        if literal.dot2_token.is_some() {
            return; // the base's, or a pattern
        }
        let marked = literal
            .fields
            .iter_mut()
            .map(|field| take_mark(&mut field.attrs))
            .filter(|was_marked| *was_marked)
            .count();
        self.unmarked += marked;
        if marked > 0 || literal.fields.iter().any(given) {
            return;
        }
        let at = literal.brace_token.span.join();
        let field = match literal.fields.last() {
            // a tuple struct, by numbers: the field is its last
            Some(last) if matches!(last.member, Member::Unnamed(_)) => {
                Index::from(literal.fields.len()).into_token_stream()
            }
            _ => format_ident!("{FIELD}", span = at).into_token_stream(),
        };
        let resource = self.resource(at);
        literal
            .fields
            .push(parse_quote_spanned!(at=> #field: #resource));
    }

    fn add_to_call(&mut self, call: &mut ExprCall) {
        if call.args.iter().any(gives_resource) {
            return;
        }
        let at = call.paren_token.span.join();
        call.args.push(Expr::Verbatim(self.resource(at)));
    }

    /// `Self` or `Name` as a value: a function, or the only value of a unit struct.
    fn constructor(&mut self, path: &ExprPath) -> Expr {
        self.made += 1;
        let of = &path.path;
        let at = Span::mixed_site().located_at(of.span());
        if self.triggered {
            let value = format_ident!("{VALUE_TRIGGERED_BY}", span = at);
            let trigger = format_ident!("{TRIGGER}", span = Span::mixed_site());
            parse_quote_spanned!(at=> #of::#value(#trigger))
        } else {
            let value = format_ident!("{VALUE}", span = at);
            parse_quote_spanned!(at=> #of::#value())
        }
    }

    fn is_target(&self, qself: Option<&syn::QSelf>, path: &Path) -> bool {
        qself.is_none() && self.target.is_named_by(path)
    }

    /// The left side of an assignment: a pattern that is written as an expression.
    fn visit_assignee(&mut self, assignee: &mut Expr) {
        match assignee {
            Expr::Struct(literal) => {
                if self.is_target(literal.qself.as_ref(), &literal.path) {
                    self.open_assignee(literal);
                }
                for field in &mut literal.fields {
                    self.visit_assignee(&mut field.expr);
                }
            }
            Expr::Call(call) => {
                if matches!(&*call.func, Expr::Path(path) if self.is_target(path.qself.as_ref(), &path.path))
                {
                    self.open_call(call);
                }
                call.args
                    .iter_mut()
                    .for_each(|arg| self.visit_assignee(arg));
            }
            Expr::Tuple(tuple) => tuple
                .elems
                .iter_mut()
                .for_each(|at| self.visit_assignee(at)),
            Expr::Array(array) => array
                .elems
                .iter_mut()
                .for_each(|at| self.visit_assignee(at)),
            Expr::Paren(paren) => self.visit_assignee(&mut paren.expr),
            place => self.visit_expr_mut(place),
        }
    }

    fn open_assignee(&mut self, literal: &mut ExprStruct) {
        if literal.dot2_token.is_none() {
            let at = literal.brace_token.span.join();
            end_with_comma(&mut literal.fields, at);
            literal.dot2_token = Some(Token![..](at));
            self.opened += 1;
        }
    }

    fn open_call(&mut self, call: &mut ExprCall) {
        let at = call.paren_token.span.join();
        let rest = |arg: &Expr| matches!(arg, Expr::Range(range) if range.start.is_none() && range.end.is_none());
        let blank = call.args.iter().any(rest);
        call.args.push(if blank {
            parse_quote_spanned!(at=> _)
        } else {
            parse_quote_spanned!(at=> ..)
        });
        self.opened += 1;
    }

    fn open_braces(&mut self, pattern: &mut PatStruct) {
        if pattern.rest.is_some() {
            return;
        }
        let at = pattern.brace_token.span.join();
        end_with_comma(&mut pattern.fields, at);
        pattern.rest = Some(PatRest {
            attrs: Vec::new(),
            dot2_token: Token![..](at),
        });
        self.opened += 1;
    }

    fn open_tuple(&mut self, pattern: &mut PatTupleStruct) {
        let at = pattern.paren_token.span.join();
        let has_rest = pattern
            .elems
            .iter()
            .any(|element| matches!(element, Pat::Rest(_)));
        if matches!(pattern.elems.last(), Some(Pat::Rest(_))) {
            return;
        }
        self.wild |= matches!(pattern.elems.last(), Some(Pat::Wild(_)));
        // only one `..` may be there: after it, the hidden field is one that must be named
        pattern.elems.push(if has_rest {
            parse_quote_spanned!(at=> _)
        } else {
            parse_quote_spanned!(at=> ..)
        });
        self.opened += 1;
    }

    fn open_unit(&mut self, name: TokenStream) -> Pat {
        self.opened += 1;
        let at = name.span();
        Pat::Verbatim(quote_spanned!(at=> #name { .. }))
    }
}

impl VisitMut for Literals<'_> {
    /// Nested items have another `Self`, or none.
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Macro(item) => self.visit_macro_mut(&mut item.mac),
            Item::Const(item) => self
                .errors
                .extend(self.target.refuse_const(&item.const_token, &item.ty)),
            Item::Static(item) => self
                .errors
                .extend(self.target.refuse_const(&item.static_token, &item.ty)),
            _ => (),
        }
    }

    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        visit_mut::visit_pat_mut(self, pattern);
        match pattern {
            Pat::Struct(braces) if self.is_target(braces.qself.as_ref(), &braces.path) => {
                self.open_braces(braces);
            }
            Pat::TupleStruct(tuple) if self.is_target(tuple.qself.as_ref(), &tuple.path) => {
                self.open_tuple(tuple)
            }
            Pat::Path(unit) if self.is_target(unit.qself.as_ref(), &unit.path) => {
                *pattern = self.open_unit(unit.path.to_token_stream());
            }
            Pat::Ident(PatIdent {
                by_ref: None,
                mutability: None,
                subpat: None,
                ident,
                ..
            }) if self.target.is_named(ident) => {
                *pattern = self.open_unit(ident.to_token_stream());
            }
            _ => (),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Assign(assign) => {
                self.visit_assignee(&mut assign.left);
                self.visit_expr_mut(&mut assign.right);
            }
            Expr::Call(call) => {
                let is_literal = matches!(&*call.func, Expr::Path(path) if self.is_target(path.qself.as_ref(), &path.path));
                if !is_literal {
                    return visit_mut::visit_expr_call_mut(self, call);
                }
                call.args
                    .iter_mut()
                    .for_each(|arg| self.visit_expr_mut(arg));
                self.add_to_call(call);
            }
            Expr::Path(path) if self.is_target(path.qself.as_ref(), &path.path) => {
                *expr = self.constructor(path);
            }
            Expr::Struct(literal) => {
                visit_mut::visit_expr_struct_mut(self, literal);
                if self.is_target(literal.qself.as_ref(), &literal.path) {
                    self.add_to_braces(literal);
                }
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_macro_mut(&mut self, input: &mut Macro) {
        macro_input::visit(self, input);
    }
}

impl Reader for Literals<'_> {
    fn changes(&self) -> usize {
        self.made + self.opened + self.unmarked
    }

    fn unread(&mut self) {
        self.unread = true;
    }
}

/// A literal may give the resource itself: that of a field marked `#[resource]`.
fn gives_resource(expr: &Expr) -> bool {
    let Expr::Call(ExprCall { func: callee, .. }) = expr else {
        return false;
    };
    let Expr::Path(callee) = &**callee else {
        return false;
    };
    let mut segments = callee.path.segments.iter().rev();
    segments.nth(1).is_some_and(|ty| ty.ident == "ResourceOf")
}

/// Takes off `#[resource]`, by which a literal says where it gives the resource itself.
fn take_mark(attrs: &mut Vec<Attribute>) -> bool {
    let all = attrs.len();
    attrs.retain(|attr| !attr.path().is_ident("resource"));
    attrs.len() < all
}

fn is_hidden(member: &Member) -> bool {
    matches!(member, Member::Named(name) if name == FIELD)
}

fn end_with_comma<T>(list: &mut Punctuated<T, Token![,]>, at: Span) {
    if !list.empty_or_trailing() {
        list.push_punct(Token![,](at));
    }
}
