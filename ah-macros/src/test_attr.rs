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
            format!("`{}` goes on a function", attribute.name),
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
    let attrs = attrs.iter().cloned().map(outer); // `syn` puts the `#![…]` of the body among them
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
mod tests {
    use quote::quote;

    use super::{CHECKED, PLAIN, expand};

    fn text(args: proc_macro2::TokenStream, item: proc_macro2::TokenStream) -> String {
        expand(&PLAIN, args, item).to_string()
    }

    #[test]
    fn each_attribute_takes_the_environment_of_its_crate() {
        let item = quote!(
            fn works() {}
        );
        let plain = expand(&PLAIN, quote!(), item.clone()).to_string();
        assert!(
            plain.contains(":: async_hooks :: __private :: Env"),
            "{plain}"
        );
        let checked = expand(&CHECKED, quote!(), item).to_string();
        assert!(
            checked.contains(":: ah_testing :: __private :: Env"),
            "{checked}"
        );
    }

    #[test]
    fn a_mistake_is_told_in_the_name_of_its_attribute() {
        let expanded = expand(
            &CHECKED,
            quote!(),
            quote!(
                struct Works;
            ),
        )
        .to_string();
        assert!(expanded.contains("`#[ah_testing::test]` goes on a function"));
    }

    #[test]
    fn tokio_gets_its_arguments() {
        let expanded = text(
            quote!(tokio(worker_threads = 4)),
            quote!(
                async fn works() {}
            ),
        );
        assert!(
            expanded.contains(":: tokio :: test (worker_threads = 4)"),
            "{expanded}"
        );
    }

    #[test]
    fn inner_attributes_of_the_body_stand_before_the_test() {
        for args in [quote!(), quote!(tokio)] {
            let item = quote!(
                async fn works() {
                    #![allow(unused)]
                }
            );
            let expanded = expand(&PLAIN, args, item);
            let test = syn::parse2::<syn::ItemFn>(expanded).expect("a function");
            assert!(test.attrs[0].path().is_ident("allow"));
        }
    }

    #[test]
    fn mistakes_are_told_beside_the_item() {
        for (args, item, told) in [
            (
                quote!(),
                quote!(
                    fn works(x: u8) {}
                ),
                "a test takes no arguments",
            ),
            (
                quote!(tokio),
                quote!(
                    fn works() {}
                ),
                "runs an `async fn`",
            ),
            (
                quote!(toki),
                quote!(
                    fn works() {}
                ),
                "did you mean `tokio`?",
            ),
            (
                quote!(),
                quote!(
                    struct Works;
                ),
                "goes on a function",
            ),
        ] {
            let expanded = text(args, item);
            assert!(
                expanded.contains(told) && expanded.contains("compile_error"),
                "{expanded}"
            );
        }
    }
}
