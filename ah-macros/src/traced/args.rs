//! The options of `#[traced]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprLit, Lit};

use crate::{
    attr::{self, Arg, Args, Once, Value},
    crate_path::{self, CratePath},
    diag::Mistakes,
    fields::{self, Field, Format},
};

/// Marks an attribute that has moved itself to the end of the list: not for users.
const LAST: &str = "__last";

pub(super) const KNOWN: &[&str] = &[
    "name", "fields", "err", "ret", "trigger", "boxed", "crate", "skip",
];

/// What the user asks for.
#[derive(Default)]
pub(super) struct TracedArgs {
    pub(super) name: Once<Expr>,
    pub(super) fields: Once<Vec<Field>>,
    pub(super) err: Once<Format>,
    pub(super) ret: Once<Format>,
    pub(super) trigger: Once<Expr>,
    pub(super) boxed: Once<()>,
    pub(super) krate: Once<CratePath>,
    pub(super) skip: Once<()>,
    /// The attribute has moved itself to the end of the list.
    pub(super) is_last: bool,
}

impl TracedArgs {
    pub(super) fn parse(tokens: TokenStream, mistakes: &mut Mistakes) -> Self {
        let parsed = Args::parse(tokens, mistakes);
        let mut args = Self::default();
        for value in &parsed.positional {
            refuse_positional(value, mistakes);
        }
        for option in parsed.options {
            args.take(option, mistakes);
        }
        args
    }

    fn take(&mut self, option: Arg, mistakes: &mut Mistakes) {
        let key = option.key.clone();
        match key.to_string().as_str() {
            "name" => self.name.set(option.expr("\"NAME\"", mistakes), mistakes),
            "fields" => self.fields.set(fields::parse(option, mistakes), mistakes),
            "err" => self
                .err
                .set(format(option, Format::Display, mistakes), mistakes),
            "ret" => self
                .ret
                .set(format(option, Format::Debug, mistakes), mistakes),
            "trigger" => self.trigger.set(option.expr("id", mistakes), mistakes),
            "boxed" => self.boxed.set(option.flag(mistakes), mistakes),
            "crate" => self
                .krate
                .set(crate_path::option(option, mistakes), mistakes),
            "skip" => self.skip.set(skip(option, mistakes), mistakes),
            LAST => self.is_last = true,
            "skip_all" => mistakes.at(
                &key,
                "no argument is ever recorded unless `fields(…)` names it: remove `skip_all`",
            ),
            _ => attr::unknown(&key, "#[traced]", KNOWN, mistakes),
        }
    }

    /// The path to the facade.
    pub(super) fn crate_path(&self) -> CratePath {
        self.krate
            .value()
            .cloned()
            .unwrap_or_else(CratePath::standard)
    }
}

/// The options of an attribute at the end of the list.
pub(super) fn marked_last(tokens: &TokenStream) -> TokenStream {
    let marker = Ident::new(LAST, Span::mixed_site());
    quote!(#marker, #tokens)
}

fn refuse_positional(value: &Expr, mistakes: &mut Mistakes) {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(name),
            ..
        }) => mistakes.at(
            name,
            format!(
                "a name needs its keyword: write `name = {:?}`",
                name.value()
            ),
        ),
        other => mistakes.at(
            other,
            "a value needs its keyword: write for example `name = \"NAME\"`",
        ),
    }
}

/// `err`, `err(Debug)`, `err(Display)`, and the same with `ret`.
fn format(option: Arg, default: Format, mistakes: &mut Mistakes) -> Option<(Ident, Format)> {
    let key = option.key;
    let list = match option.value {
        Value::Nothing => return Some((key, default)),
        Value::List(_, list) => list,
        Value::Is(value) => {
            mistakes.at(
                value,
                format!("write `{key}`, `{key}(Debug)` or `{key}(Display)`"),
            );
            return None;
        }
    };
    match list.to_string().as_str() {
        "Debug" => return Some((key, Format::Debug)),
        "Display" => return Some((key, Format::Display)),
        "" => mistakes.at(&key, format!("write `{key}`, `{key}(Debug)` or `{key}(Display)`")),
        _ => mistakes.at(list, format!("`{key}` is recorded by `Debug` or by `Display`: write `{key}(Debug)` or `{key}(Display)`")),
    }
    None
}

/// tracing's `skip(argument)` is a habit of many.
fn skip(option: Arg, mistakes: &mut Mistakes) -> Option<(Ident, ())> {
    match option.value {
        Value::List(_, list) if !list.is_empty() => {
            mistakes.at(
                &option.key,
                "no argument is ever recorded unless `fields(…)` names it: remove `skip(…)`",
            );
            None
        }
        _ => option.flag(mistakes),
    }
}
