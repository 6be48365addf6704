//! The attribute expands last: so the order of attributes does not matter.
//!
//! Other attribute macros see the function as the user wrote it. While one of them stands below, this one moves itself to
//! the end of the list, once.

use proc_macro2::TokenStream;
use syn::Attribute;

use super::{
    args::{TracedArgs, marked_last},
    block,
};
use crate::item_fn::ItemFn;

/// Attributes that are no macros. To take one for a macro does no harm: the attribute then moves for nothing.
const INERT: &[&str] = &[
    "allow",
    "automatically_derived",
    "clippy",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "export_name",
    "forbid",
    "inline",
    "link_section",
    "must_use",
    "no_mangle",
    "rustfmt",
    "target_feature",
    "track_caller",
    "warn",
];

/// Does another attribute macro stand below this one?
pub(super) fn must_wait(function: &ItemFn, args: &TracedArgs) -> bool {
    !args.is_last && !function.attrs.iter().all(is_inert)
}

fn is_inert(attr: &Attribute) -> bool {
    let first = attr.path().segments.first();
    first.is_some_and(|first| INERT.iter().any(|inert| first.ident == inert))
}

/// The function with this attribute at the end of its list. Nothing else has changed: mistakes are told there.
pub(super) fn moved_to_the_end(
    mut function: ItemFn,
    args: &TracedArgs,
    options: &TokenStream,
) -> ItemFn {
    function
        .attrs
        .push(block::attribute(&args.crate_path(), marked_last(options)));
    function
}
