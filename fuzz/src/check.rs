//! What holds for every expansion.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, File, ImplItem, Item, Meta, TraitItem};

use crate::{Written, async_resource, test_attr, tokio_attr, traced};

/// An attribute macro.
pub type Expand = fn(TokenStream, TokenStream) -> TokenStream;

/// `#[traced]`
pub const TRACED: &[Expand] = &[traced::expand];

/// `#[async_resource]`, and the attributes that it leaves for later.
pub const ASYNC_RESOURCE: &[Expand] = &[
    async_resource::expand,
    async_resource::field,
    async_resource::struct_after_others,
    async_resource::block_after_others,
    async_resource::method,
];

/// `#[async_hooks::test]`, `#[ah_testing::test]`, `#[ah_tokio::main]`, `#[ah_tokio::test]`.
pub const TESTS_AND_MAINS: &[Expand] = &[
    |args, item| test_attr::expand(&test_attr::PLAIN, args, item),
    |args, item| test_attr::expand(&test_attr::CHECKED, args, item),
    |args, item| tokio_attr::expand(&Ident::new("main", Span::call_site()), args, item),
    |args, item| tokio_attr::expand(&Ident::new("test", Span::call_site()), args, item),
];

/// The attributes that expansions leave for later, or hand down.
const LEFT: &[(&str, Expand)] = &[
    ("traced", traced::expand),
    ("async_resource", async_resource::expand),
    ("async_resource_field", async_resource::field),
    ("async_resource_struct", async_resource::struct_after_others),
    ("async_resource_impl", async_resource::block_after_others),
    ("async_resource_method", async_resource::method),
];

/// How often an item may be expanded: each attribute moves to the end of the list at most once, and few fit into an input.
const MOST: usize = 1024;

/// Expands the item by each of the attributes, and all that comes of it, to the end.
///
/// # Panics
///
/// If an attribute does; if an item went in and something else came out; if the same went in and something else came out.
pub fn check(attributes: &[Expand], written: &Written) {
    let is_item = syn::parse2::<Item>(written.item.clone())
        .is_ok_and(|item| !matches!(item, Item::Verbatim(_)));
    for expand in attributes {
        let made = expanded(*expand, &written.args, &written.item);
        if is_item {
            all_that_is_left(items(written, made), MOST);
        }
    }
}

fn expanded(expand: Expand, args: &TokenStream, item: &TokenStream) -> TokenStream {
    let made = expand(args.clone(), item.clone());
    let again = expand(args.clone(), item.clone());
    assert_eq!(made.to_string(), again.to_string(), "the same once more");
    made
}

/// The items that came out.
fn items(written: &Written, made: TokenStream) -> Vec<Item> {
    let Written { args, item } = written;
    match syn::parse2::<File>(made.clone()) {
        Ok(file) => file.items,
        Err(error) => panic!("no items: {error}\n#[_({args})] {item}\nbecame\n{made}"),
    }
}

fn all_that_is_left(items: Vec<Item>, most: usize) {
    for mut item in items {
        in_block(&mut item);
        let Some((expand, args)) = attrs(&mut item).and_then(take) else {
            continue;
        };
        let item = item.into_token_stream();
        let made = expanded(expand, &args, &item);
        let more = most.checked_sub(1).expect("the expansion ends");
        all_that_is_left(self::items(&Written { args, item }, made), more);
    }
}

/// Methods are expanded as rustc does it: by themselves, after the block, and what comes of them stands in it.
fn in_block(item: &mut Item) {
    let mut methods = Vec::new();
    let block = match item {
        Item::Impl(block) => {
            for item in &mut block.items {
                if let ImplItem::Fn(method) = item {
                    methods
                        .extend(take(&mut method.attrs).map(|it| (it, method.to_token_stream())));
                }
            }
            quote!(impl A)
        }
        Item::Trait(block) => {
            for item in &mut block.items {
                if let TraitItem::Fn(method) = item {
                    methods
                        .extend(take(&mut method.attrs).map(|it| (it, method.to_token_stream())));
                }
            }
            quote!(trait A)
        }
        _ => return,
    };
    for ((expand, args), item) in methods {
        let made = expanded(expand, &args, &item);
        items(&Written { args, item }, quote!(#block { #made }));
    }
}

fn attrs(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Fn(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Trait(item) => Some(&mut item.attrs),
        _ => None,
    }
}

/// Takes off the first attribute that is one of ours.
fn take(attrs: &mut Vec<Attribute>) -> Option<(Expand, TokenStream)> {
    let known = |attr: &Attribute| {
        let name = &attr.path().segments.last()?.ident;
        LEFT.iter()
            .find(|(left, _)| name == left)
            .map(|(_, expand)| *expand)
    };
    let (at, expand) = attrs
        .iter()
        .enumerate()
        .find_map(|(at, attr)| Some((at, known(attr)?)))?;
    let args = match attrs.remove(at).meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    Some((expand, args))
}
