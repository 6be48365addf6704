//! What `#[main]` and `#[test]` of `ah-tokio` become.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

fn expanded(args: TokenStream) -> String {
    let main = Ident::new("main", Span::call_site());
    super::expand(
        &main,
        args,
        quote!(
            async fn main() {}
        ),
    )
    .to_string()
}

#[test]
fn tokio_gets_its_arguments_and_our_path() {
    for (args, expected) in [
        (quote!(), r#"main (crate = "::ah_tokio")"#),
        (
            quote!(flavor = "local"),
            r#"main (flavor = "local" , crate = "::ah_tokio")"#,
        ),
        (
            quote!(worker_threads = 2,),
            r#"main (worker_threads = 2 , crate = "::ah_tokio")"#,
        ),
    ] {
        let expanded = expanded(args);
        assert!(expanded.contains(expected), "{expanded}");
    }
}

fn expanded_as(written: &str) -> String {
    let test = Ident::new("test", Span::call_site());
    let item = quote!(
        async fn works() {}
    );
    super::expand_written(&test, Some(written), quote!(), item).to_string()
}

#[test]
fn the_crate_is_the_one_by_which_the_attribute_was_found() {
    for (written, attribute, option) in [
        ("#[tokio::test]", "tokio", "tokio"),
        (
            "#[::tokio::test(flavor = \"local\")]",
            ":: tokio",
            "::tokio",
        ),
        ("#[ tokio :: test ]", "tokio", "tokio"),
        (
            "super::runtimes::tokio::test",
            "super :: runtimes :: tokio",
            "super::runtimes::tokio",
        ),
        ("#[test]", ":: ah_tokio", "::ah_tokio"),
        ("#[$crate::test]", ":: ah_tokio", "::ah_tokio"),
        ("a_macro! { of_theirs }", ":: ah_tokio", "::ah_tokio"),
    ] {
        let expected =
            format!("# [{attribute} :: __private :: tokio :: test (crate = \"{option}\")]");
        let expanded = expanded_as(written);
        assert!(expanded.starts_with(&expected), "{written}: {expanded}");
    }
}

#[test]
fn a_path_that_no_attribute_can_have_is_for_tokio_to_refuse() {
    let expanded = expanded(quote!(crate = "mine::<u8>::ah_tokio"));
    assert!(
        expanded.starts_with(
            "# [:: ah_tokio :: __private :: tokio :: main (crate = \"mine::<u8>::ah_tokio\")]"
        ),
        "{expanded}"
    );
}

#[test]
fn a_path_of_the_users_is_taken_for_both() {
    let expanded = expanded(quote!(crate = "mine::ah_tokio", flavor = "local"));
    assert!(
        expanded.contains("# [mine :: ah_tokio :: __private :: tokio :: main (crate = \"mine::ah_tokio\" , flavor = \"local\")]"),
        "{expanded}"
    );
}
