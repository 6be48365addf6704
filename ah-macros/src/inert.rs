//! Attributes that do not expand: rustc's own, and those of tools.

use syn::{Attribute, Meta};

use crate::async_resource::derives;

const BUILT_IN: &str = "allow automatically_derived cfg clippy cold deny deprecated derive diagnostic doc export_name expect forbid \
    ignore inline link_name link_section macro_use must_use naked no_mangle no_implicit_prelude non_exhaustive path \
    proc_macro repr rustc rustfmt should_panic target_feature track_caller type_length_limit unsafe used warn \
    coverage recursion_limit";

/// Returns `true` if nothing becomes of this attribute.
pub(crate) fn is(attr: &Attribute) -> bool {
    is_inert(&attr.meta)
}

fn is_inert(meta: &Meta) -> bool {
    if let Some(metas) = derives::in_cfg_attr(meta) {
        return metas.iter().all(is_inert);
    }
    let first = meta.path().segments.first();
    first.is_some_and(|first| BUILT_IN.split(' ').any(|name| first.ident == name))
}
