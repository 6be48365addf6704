//! Expansions, and items of all kinds.

#[path = "traced_fuzz.rs"]
mod fuzz;
#[path = "traced_snapshots.rs"]
mod snapshots;

use proc_macro2::TokenStream;

/// The expansion of an item by the attribute with these options.
fn expand(options: &str, item: &str) -> TokenStream {
    let parse = |text: &str| text.parse::<TokenStream>().expect("tokens");
    super::expand(parse(options), parse(item))
}
