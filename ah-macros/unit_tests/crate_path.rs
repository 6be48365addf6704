//! What may be a path.

use syn::parse_quote;

use super::CratePath;
use crate::diag::Mistakes;

#[test]
fn a_path_is_of_names_alone() {
    let told = |value| {
        let mut mistakes = Mistakes::new();
        CratePath::of(&value, &mut mistakes);
        !mistakes.is_empty()
    };
    assert!(!told(parse_quote!(::a::b)));
    assert!(!told(parse_quote!(crate)));
    assert!(told(parse_quote!(a::<u8>::b)));
    assert!(told(parse_quote!(<A as B>::c)));
    assert!(told(parse_quote!("a::b")));
}
