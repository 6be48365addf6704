//! The options of the attribute: on a struct, on an impl block, on a method.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta};

use crate::{
    attr::{self, Arg, Args, Once, Value},
    crate_path::{self, CratePath},
    diag::Mistakes,
    fields::{self, Field},
};

/// `#[async_resource("DBQuery", …)]`
pub(super) struct StructArgs {
    /// The type; none if that is a mistake.
    pub(super) ty: Option<LitStr>,
    pub(super) krate: CratePath,
    pub(super) manual_destroy: bool,
    pub(super) fields: Option<Vec<Field>>,
}

const ON_STRUCT: &[&str] = &["manual_destroy", "fields", "crate"];

impl StructArgs {
    pub(super) fn parse(tokens: TokenStream, name: &Ident, mistakes: &mut Mistakes) -> Self {
        let args = Args::parse(tokens, mistakes);
        let (mut manual, mut list, mut krate) = (Once::default(), Once::default(), Once::default());
        let mut said = !mistakes.is_empty();
        for option in args.options {
            match option.key.to_string().as_str() {
                "manual_destroy" => manual.set(option.flag(mistakes), mistakes),
                "fields" => list.set(fields::parse(option, mistakes), mistakes),
                "crate" => krate.set(crate_path::option(option, mistakes), mistakes),
                _ => {
                    said |= args.positional.is_empty();
                    unknown_on_struct(option, args.positional.is_empty(), mistakes);
                }
            }
        }
        Self {
            ty: ty(args.positional, name, said, mistakes),
            krate: krate.into_value().unwrap_or_else(CratePath::standard),
            manual_destroy: manual.is_given(),
            fields: list.into_value().inspect(|fields: &Vec<Field>| {
                fields.iter().for_each(|field| field.stands_alone(mistakes));
            }),
        }
    }
}

/// The type: one string.
fn ty(positional: Vec<Expr>, name: &Ident, said: bool, mistakes: &mut Mistakes) -> Option<LitStr> {
    let mut positional = positional.into_iter();
    let first = positional.next().map(without_group);
    for more in positional {
        mistakes.at(more, "the type is given twice: remove one");
    }
    match first {
        Some(Expr::Lit(ExprLit {
            lit: Lit::Str(ty), ..
        })) if ty.value().is_empty() => {
            mistakes.at(
                ty,
                format!("the type must not be empty: name its kind, such as `\"{name}\"`"),
            );
            None
        }
        Some(Expr::Lit(ExprLit {
            lit: Lit::Str(ty), ..
        })) => Some(ty),
        Some(other) => {
            mistakes.at(other, format!("the type is a string: write `\"{name}\"`"));
            None
        }
        None if said => None,
        None => {
            mistakes.at(
                name,
                format!(
                    "the type of the resource is missing: write `#[async_resource(\"{name}\")]`"
                ),
            );
            None
        }
    }
}

/// What came through a `macro_rules!` fragment stands in a group that cannot be seen.
fn without_group(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => without_group(*group.expr),
        other => other,
    }
}

fn unknown_on_struct(option: Arg, no_type: bool, mistakes: &mut Mistakes) {
    let key = &option.key;
    match (key.to_string().as_str(), option.value) {
        ("skip" | "trigger", _) => mistakes.at(
            key,
            format!("`{key}` is for a method of an annotated impl block: move it there"),
        ),
        ("type" | "name", Value::Is(_)) => {
            mistakes.at(key, format!("the type needs no keyword: remove `{key} =`"));
        }
        (word, Value::Nothing) if no_type && is_type_like(word) => {
            mistakes.at(key, format!("the type is a string: write `\"{key}\"`"));
        }
        _ => attr::unknown(key, "async_resource", ON_STRUCT, mistakes),
    }
}

fn is_type_like(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
}

/// `#[async_resource]` on an impl block.
pub(super) struct BlockArgs {
    pub(super) krate: CratePath,
}

impl BlockArgs {
    pub(super) fn parse(tokens: TokenStream, mistakes: &mut Mistakes) -> Self {
        let args = Args::parse(tokens, mistakes);
        for ty in args.positional {
            mistakes.at(
                ty,
                "the type belongs on the struct: write `#[async_resource]` on its impl blocks",
            );
        }
        let mut krate = Once::default();
        for option in args.options {
            let key = &option.key;
            match key.to_string().as_str() {
                "crate" => krate.set(crate_path::option(option, mistakes), mistakes),
                "skip" | "trigger" => mistakes.at(
                    key,
                    format!(
                        "`{key}` is for one method: move it to `#[async_resource({key})]` there"
                    ),
                ),
                "manual_destroy" | "fields" => {
                    mistakes.at(key, format!("`{key}` belongs on the struct: move it there"));
                }
                _ => attr::unknown(key, "async_resource", &["crate"], mistakes),
            }
        }
        Self {
            krate: krate.into_value().unwrap_or_else(CratePath::standard),
        }
    }
}

/// `#[async_resource(…)]` on a method.
#[derive(Default)]
pub(super) struct MethodArgs {
    /// The attribute's name, if it is there: to point at.
    pub(super) asked: Option<syn::Path>,
    /// The same, if there are no options.
    pub(super) bare: Option<syn::Path>,
    pub(super) skip: Once<()>,
    pub(super) trigger: Once<Expr>,
}

impl MethodArgs {
    /// Takes the attribute off the method.
    pub(super) fn take(attrs: &mut Vec<Attribute>, mistakes: &mut Mistakes) -> Self {
        let mut args = Self::default();
        let (ours, others): (Vec<_>, Vec<_>) = std::mem::take(attrs).into_iter().partition(is_ours);
        *attrs = others;
        for attr in ours {
            if args.asked.is_some() {
                mistakes.at(
                    attr.path(),
                    "`#[async_resource]` is there twice: put all options into one",
                );
            }
            args.add(attr, mistakes);
        }
        args
    }

    fn add(&mut self, attr: Attribute, mistakes: &mut Mistakes) {
        self.asked = Some(attr.path().clone());
        let tokens = match attr.meta {
            Meta::Path(path) => {
                self.bare = Some(path);
                return;
            }
            Meta::List(list) => list.tokens,
            Meta::NameValue(pair) => {
                mistakes.at(
                    pair.value,
                    "options stand in parentheses: write `#[async_resource(skip)]`",
                );
                return;
            }
        };
        let args = Args::parse(tokens, mistakes);
        for ty in args.positional {
            mistakes.at(
                ty,
                "the type belongs on the struct: a method takes `skip` or `trigger = …`",
            );
        }
        for option in args.options {
            match option.key.to_string().as_str() {
                "skip" => self.skip.set(option.flag(mistakes), mistakes),
                "trigger" => self
                    .trigger
                    .set(option.expr("parent.async_id()", mistakes), mistakes),
                "crate" => mistakes.at(
                    option.key,
                    "`crate` belongs on the impl block: move it there",
                ),
                _ => attr::unknown(
                    &option.key,
                    "async_resource",
                    &["skip", "trigger"],
                    mistakes,
                ),
            }
        }
    }
}

/// Returns `true` if this is `#[async_resource]`, by whatever path.
pub(super) fn is_ours(attr: &Attribute) -> bool {
    attr.path()
        .segments
        .last()
        .is_some_and(|last| last.ident == "async_resource")
}
