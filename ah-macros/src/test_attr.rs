//! `#[async_hooks::test]`: a test in an environment of its own; and `#[ah_testing::test]`, where the laws are checked, too.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{ItemFn, spanned::Spanned};

use crate::{
    attr::{Args, Once, Value, unknown},
    crate_path::CratePath,
    diag::Mistakes,
    item_fn::outer,
};

const KNOWN: &[&str] = &["tokio", "crate"];

/// One of the two attributes. They differ in the environment, which is that of the crate they come from.
pub(crate) struct Attribute {
    name: &'static str,
    krate: fn() -> CratePath,
}

pub(crate) const PLAIN: Attribute = Attribute {
    name: "#[async_hooks::test]",
    krate: CratePath::standard,
};
pub(crate) const CHECKED: Attribute = Attribute {
    name: "#[ah_testing::test]",
    krate: CratePath::testing,
};

/// What stands between the parentheses.
struct Options {
    /// The arguments of tokio's attribute, if its runtime was asked for.
    tokio: Once<TokenStream>,
    krate: CratePath,
}

pub(crate) fn expand(attribute: &Attribute, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let options = Options::parse(attribute, args, &mut mistakes);
    let Ok(function) = syn::parse2::<ItemFn>(item.clone()) else {
        mistakes.push(syn::Error::new(
            Span::call_site(),
            format!("`{}` belongs on a function", attribute.name),
        ));
        return mistakes.beside(item);
    };
    check(&function, &options, &mut mistakes);
    if mistakes.is_empty() {
        emit(&function, &options)
    } else {
        mistakes.beside(function)
    }
}

impl Options {
    fn parse(attribute: &Attribute, args: TokenStream, mistakes: &mut Mistakes) -> Self {
        let mut options = Self {
            tokio: Once::default(),
            krate: (attribute.krate)(),
        };
        let args = Args::parse(args, mistakes);
        for value in args.positional {
            mistakes.at(
                value,
                format!(
                    "`{}` takes options only: `tokio`, `crate = path`",
                    attribute.name
                ),
            );
        }
        for arg in args.options {
            match arg.key.to_string().as_str() {
                "tokio" => {
                    let tokio = match arg.value {
                        Value::List(_, list) => Some((arg.key, list)),
                        Value::Nothing => Some((arg.key, TokenStream::new())),
                        Value::Is(value) => {
                            mistakes.at(value, "`tokio` takes the arguments of `#[tokio::test]`: write `tokio(flavor = \"multi_thread\")`");
                            None
                        }
                    };
                    options.tokio.set(tokio, mistakes);
                }
                "crate" => {
                    if let Some((_, path)) = arg.expr("my_crate::async_hooks", mistakes) {
                        options.krate = CratePath::of(&path, mistakes);
                    }
                }
                _ => unknown(&arg.key, attribute.name, KNOWN, mistakes),
            }
        }
        options
    }
}

fn check(function: &ItemFn, options: &Options, mistakes: &mut Mistakes) {
    if !function.sig.inputs.is_empty() {
        mistakes.at(
            &function.sig.inputs,
            "a test takes no arguments: remove them",
        );
    }
    if let (Some(tokio), None) = (options.tokio.key(), function.sig.asyncness) {
        mistakes.at(
            tokio,
            "`tokio` runs an `async fn`: make the test one, or remove `tokio`",
        );
    }
}

fn emit(function: &ItemFn, options: &Options) -> TokenStream {
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = function;
    let attrs = attrs.iter().cloned().map(outer); // `syn` has the `#![…]` of the body among them
    let private = options.krate.private();
    let at = Span::mixed_site().located_at(block.span());
    if let Some(arguments) = options.tokio.value() {
        return quote! {
            #(#attrs)*
            #[::tokio::test(#arguments)]
            #vis #sig { #private::Env::new().scope(async move #block).await }
        };
    }
    let mut sig = sig.clone();
    let body = match sig.asyncness.take() {
        Some(_) => {
            quote_spanned!(at=> #private::block_on(#private::Env::new().scope(async move #block)))
        }
        None => {
            let output = &sig.output;
            quote_spanned!(at=> #private::Env::new().run::<_, #private::Value>(move || #output #block))
        }
    };
    quote! {
        #(#attrs)*
        #[::core::prelude::v1::test]
        #vis #sig { #body }
    }
}

#[cfg(test)]
#[path = "../unit_tests/test_attr.rs"]
mod tests;
