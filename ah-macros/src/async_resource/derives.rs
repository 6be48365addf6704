//! A struct's first stage: which derives see the hidden field.
//!
//! Derives that only look at a value are moved above the second stage, which adds the field: they expand before it and
//! never see it. Those that create values stay below and give each its resource. Other attribute macros above the first
//! derive go first, since they may be meant for it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Meta, Path, Result, Token,
    parse::{ParseStream, Parser},
    parse_quote,
    punctuated::Punctuated,
};

use crate::diag::Mistakes;

/// Derives that only look: those of the standard library and serde, derive_more and getset.
const LOOKING: &str = "AsMut AsRef Binary CloneGetters CopyGetters Debug Deref DerefMut Display Eq Error Getters Hash Index IndexMut \
    Into IntoIterator LowerExp LowerHex MutGetters Octal Ord PartialEq PartialOrd Pointer Serialize Setters UpperExp \
    UpperHex WithSetters";

/// Derives of derive_more that create a value from its fields, and have no option to leave one out.
const MAKING_OF_ALL_FIELDS: &str = "Constructor From";

/// Derives that create values and have an option for how to create the hidden field: the attribute on it.
///
/// bon and derive_builder both have a `Builder`; what is said to one without its crate, both understand.
const TOLD: &[(Option<&str>, &str, &str)] = &[
    (Some("bon"), "Builder", "builder(skip = NEW)"),
    (
        Some("derive_builder"),
        "Builder",
        "builder(setter(skip), default)",
    ),
    (None, "Builder", "builder(default)"),
    (None, "TypedBuilder", "builder(default, setter(skip))"),
    (None, "new", "new(default)"),
];

/// The options on the hidden field for other derives below the attribute; `new` creates its value.
pub(super) fn told(attrs: &[Attribute], new: &TokenStream) -> TokenStream {
    let new = new.to_string();
    let mut names: Vec<&str> = TOLD.iter().map(|(_, name, _)| *name).collect();
    names.dedup();
    let found = names.into_iter().flat_map(|name| find(attrs, name));
    found
        .filter_map(|derived| {
            let first = derived.path.segments.first()?.ident.to_string();
            let last = derived.path.segments.last()?.ident.to_string();
            let (_, _, option) = TOLD.iter().find(|(krate, name, _)| {
                last == *name && krate.is_none_or(|krate| krate == first)
            })?;
            let option: TokenStream = option.replace("NEW", &new).parse().ok()?;
            Some(derived.attribute(option))
        })
        .collect()
}

/// Whether other attribute macros had their turn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    First,
    Last,
}

/// The attributes of a struct, in two stages.
pub(super) struct Stages {
    /// The derives that look.
    pub(super) above: Vec<Attribute>,
    /// All others.
    pub(super) below: Vec<Attribute>,
}

pub(crate) type List<T> = Punctuated<T, Token![,]>;

impl Stages {
    /// Sorts the derives. What cannot be derived is refused and left out: `Copy`, and what would ask for a hidden field.
    pub(super) fn of(attrs: Vec<Attribute>, is_hidden: bool, mistakes: &mut Mistakes) -> Self {
        let refuse = &mut |path: &Path| refuse(path, is_hidden, mistakes);
        let mut stages = Self {
            above: Vec::new(),
            below: Vec::new(),
        };
        for attr in attrs {
            match split(&attr.meta, refuse) {
                Some([above, below]) => {
                    stages
                        .above
                        .extend(above.map(|meta| with_meta(&attr, meta)));
                    stages
                        .below
                        .extend(below.map(|meta| with_meta(&attr, meta)));
                }
                None => stages.below.push(attr),
            }
        }
        stages
    }
}

fn with_meta(attr: &Attribute, meta: Meta) -> Attribute {
    Attribute {
        meta,
        ..attr.clone()
    }
}

/// `derive(…)`, also within `cfg_attr`: the derives that look, and those that create. Nothing for other attributes.
fn split(meta: &Meta, refuse: &mut dyn FnMut(&Path) -> bool) -> Option<[Option<Meta>; 2]> {
    let Meta::List(list) = meta else {
        return None;
    };
    if list.path.is_ident("derive") {
        let paths = list.parse_args_with(List::<Path>::parse_terminated).ok()?;
        return Some(split_derive(&list.path, paths, refuse));
    }
    if list.path.is_ident("cfg_attr") {
        let (condition, metas) = cfg_attr.parse2(list.tokens.clone()).ok()?;
        return Some(split_cfg_attr(&condition, &metas, refuse));
    }
    None
}

fn split_derive(
    derive: &Path,
    paths: List<Path>,
    refuse: &mut dyn FnMut(&Path) -> bool,
) -> [Option<Meta>; 2] {
    let paths = paths.into_iter().filter(|path| !refuse(path));
    let (above, below): (Vec<_>, Vec<_>) = paths.partition(|path| is(path, LOOKING));
    [above, below].map(|paths| (!paths.is_empty()).then(|| parse_quote!(#derive(#(#paths),*))))
}

fn refuse(path: &Path, is_hidden: bool, mistakes: &mut Mistakes) -> bool {
    let is_copy = is(path, "Copy");
    let makes = is_hidden && is(path, MAKING_OF_ALL_FIELDS);
    if is_copy {
        mistakes.at(path, "a resource has one life and cannot be `Copy`: remove `Copy` and `clone` where another resource is meant");
    } else if makes {
        mistakes.at(path, "this derive cannot create the resource: write the function in an impl block with `#[async_resource]`, or mark a field of your own with `#[resource]`");
    }
    is_copy || makes
}

fn is(path: &Path, names: &str) -> bool {
    path.segments
        .last()
        .is_some_and(|last| names.split(' ').any(|name| last.ident == name))
}

fn split_cfg_attr(
    condition: &Meta,
    metas: &List<Meta>,
    refuse: &mut dyn FnMut(&Path) -> bool,
) -> [Option<Meta>; 2] {
    let mut sides: [Vec<Meta>; 2] = Default::default();
    for meta in metas {
        match split(meta, refuse) {
            Some(split) => {
                for (side, meta) in sides.iter_mut().zip(split) {
                    side.extend(meta);
                }
            }
            None => sides[1].push(meta.clone()),
        }
    }
    sides.map(|metas| (!metas.is_empty()).then(|| parse_quote!(cfg_attr(#condition, #(#metas),*))))
}

/// `condition, attribute, …`
fn cfg_attr(input: ParseStream<'_>) -> Result<(Meta, List<Meta>)> {
    let condition = input.parse()?;
    input.parse::<Token![,]>()?;
    Ok((condition, List::parse_terminated(input)?))
}

/// What a `cfg_attr` stands for.
pub(crate) fn in_cfg_attr(meta: &Meta) -> Option<List<Meta>> {
    let list = meta.require_list().ok()?;
    let is_cfg_attr = list.path.is_ident("cfg_attr");
    let parsed = is_cfg_attr.then(|| cfg_attr.parse2(list.tokens.clone()));
    Some(parsed?.ok()?.1)
}

/// Is `name` derived here? Gives the condition, if it is within a `cfg_attr`.
pub(super) fn find<'a>(
    attrs: &'a [Attribute],
    name: &'a str,
) -> impl Iterator<Item = Derived> + 'a {
    attrs
        .iter()
        .filter_map(move |attr| derived(&attr.meta, name))
}

/// Where a derive was found.
pub(super) struct Derived {
    pub(super) path: Path,
    /// That of a `cfg_attr`.
    pub(super) condition: Option<Meta>,
}

impl Derived {
    /// An attribute that is there whenever the derive is.
    pub(super) fn attribute(&self, meta: impl ToTokens) -> TokenStream {
        match &self.condition {
            Some(condition) => quote!(#[cfg_attr(#condition, #meta)]),
            None => quote!(#[#meta]),
        }
    }
}

fn derived(meta: &Meta, name: &str) -> Option<Derived> {
    let Meta::List(list) = meta else {
        return None;
    };
    if list.path.is_ident("derive") {
        let paths = list.parse_args_with(List::<Path>::parse_terminated).ok()?;
        let path = paths.into_iter().find(|path| is(path, name))?;
        return Some(Derived {
            path,
            condition: None,
        });
    }
    if list.path.is_ident("cfg_attr") {
        let (condition, metas) = cfg_attr.parse2(list.tokens.clone()).ok()?;
        let found = metas.iter().find_map(|meta| derived(meta, name))?;
        return Some(Derived {
            condition: Some(condition),
            ..found
        });
    }
    None
}

/// How many attributes there are up to the last attribute macro above the first derive: they go first.
pub(super) fn others_above(attrs: &[Attribute]) -> usize {
    let is_derive = |attr: &Attribute| split(&attr.meta, &mut |_| false).is_some();
    let Some(first) = attrs.iter().position(is_derive) else {
        return 0;
    };
    let others = attrs[..first]
        .iter()
        .rposition(|attr| !crate::inert::is(attr));
    others.map_or(0, |last| last + 1)
}
