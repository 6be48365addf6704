//! What `#[test]` become.

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
    assert!(expanded.contains("`#[ah_testing::test]` belongs on a function"));
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
            "belongs on a function",
        ),
    ] {
        let expanded = text(args, item);
        assert!(
            expanded.contains(told) && expanded.contains("compile_error"),
            "{expanded}"
        );
    }
}
