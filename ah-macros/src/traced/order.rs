//! The attribute expands last: so the order of attributes does not matter.
//!
//! Other attribute macros see the function as the user wrote it. While one of them stands below, this one moves itself to
//! the end of the list, once.

use proc_macro2::TokenStream;

use super::{
    args::{TracedArgs, marked_last},
    block,
};
use crate::{inert, item_fn::ItemFn};

/// Returns `true` if another attribute macro stands below this one.
pub(super) fn must_wait(function: &ItemFn, args: &TracedArgs) -> bool {
    !args.is_last && !function.attrs.iter().all(inert::is)
}

/// The function with this attribute at the end of its list. Nothing else has changed: mistakes are reported there.
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
