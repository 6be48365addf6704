//! `#[ah_tokio::main]` and `#[ah_tokio::test]`: tokio's attributes, over the runtime of `ah-tokio`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::Path;

/// Puts tokio's attribute of this name on the item, with its arguments and `crate = "::ah_tokio"` if there is none.
pub(crate) fn expand(attribute: &Ident, args: TokenStream, item: TokenStream) -> TokenStream {
    let (krate, option) = match crate_of(&args) {
        Some(path) => (path, None),
        None => {
            let separator = (!args.is_empty() && !ends_in_comma(&args)).then(|| quote!(,));
            let option = quote!(#separator crate = "::ah_tokio");
            (quote!(::ah_tokio), Some(option))
        }
    };
    quote! {
        #[#krate::__private::tokio::#attribute(#args #option)]
        #item
    }
}

/// The path of `crate = "…"`. What is wrong with it is for tokio's attribute to tell.
fn crate_of(args: &TokenStream) -> Option<TokenStream> {
    let mut tokens = args.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(ident) if ident == "crate"))?;
    let value = tokens.nth(1)?;
    let path: Option<Path> = syn::parse2::<syn::LitStr>(value.into())
        .ok()
        .and_then(|text| text.parse_with(Path::parse_mod_style).ok());
    Some(path.map_or_else(|| quote!(::ah_tokio), |path| quote!(#path)))
}

fn ends_in_comma(args: &TokenStream) -> bool {
    let last = args.clone().into_iter().last();
    matches!(last, Some(TokenTree::Punct(punct)) if punct.as_char() == ',')
}

#[cfg(test)]
mod tests {
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
}
