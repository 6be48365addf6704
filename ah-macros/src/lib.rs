//! The attributes of [`async_hooks`](https://docs.rs/async-hooks). Use the facade `async-hooks`, which re-exports them.
//!
//! Each attribute is parse → model → check → expand, in a directory of its own. What they share:
//!
//! | file | what it is about |
//! |---|---|
//! | `diag.rs` | collects mistakes, so that all are reported at once |
//! | `attr.rs` | options: keywords with values |
//! | `guess.rs` | the known name nearest to an unknown one |
//! | `crate_path.rs`, `fields.rs` | the options `crate = path` and `fields(…)` |
//! | `item_block.rs` | an impl or trait block with its methods |
//! | `item_fn.rs` | a function with its signature parsed and its body as it is |
//! | `inert.rs` | attributes that are no macros |
//! | `macro_input.rs` | the input of macros, where it can be read |
//! | `lower/` | the one lowering of functions |
//! | `traced/` | `#[traced]` |
//! | `async_resource/` | `#[async_resource]` |
//! | `test_attr.rs` | `#[test]`, in its two forms |
//! | `tokio_attr.rs` | `#[main]` and `#[test]` of `ah-tokio` |

mod async_resource;
mod attr;
mod crate_path;
mod diag;
mod fields;
mod guess;
mod inert;
mod item_block;
mod item_fn;
mod lower;
mod macro_input;
mod test_attr;
mod tokio_attr;
mod traced;

use proc_macro::TokenStream;

/// Whether functions and methods are left as they are written: the feature `off`.
const OFF: bool = cfg!(feature = "off");

/// Tracks the calls of a function: see the crate `async_hooks`.
#[proc_macro_attribute]
pub fn traced(args: TokenStream, item: TokenStream) -> TokenStream {
    traced::expand(args.into(), item.into()).into()
}

/// Gives a struct an async resource, and lets methods run in its scope: see the crate `async_hooks`.
#[proc_macro_attribute]
pub fn async_resource(args: TokenStream, item: TokenStream) -> TokenStream {
    async_resource::expand(args.into(), item.into()).into()
}

/// `#[async_resource]` on a struct, after other attribute macros.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn async_resource_struct(args: TokenStream, item: TokenStream) -> TokenStream {
    async_resource::struct_after_others(args.into(), item.into()).into()
}

/// The second stage of `#[async_resource]` on a struct.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn async_resource_field(args: TokenStream, item: TokenStream) -> TokenStream {
    async_resource::field(args.into(), item.into()).into()
}

/// `#[async_resource]` on an impl block, after other attribute macros.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn async_resource_impl(args: TokenStream, item: TokenStream) -> TokenStream {
    async_resource::block_after_others(args.into(), item.into()).into()
}

/// A method of a block with `#[async_resource]`, after other attribute macros.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn async_resource_method(args: TokenStream, item: TokenStream) -> TokenStream {
    async_resource::method(args.into(), item.into()).into()
}

/// Runs a test in an environment of its own: see the crate `async_hooks`.
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    test_attr::expand(&test_attr::PLAIN, args.into(), item.into()).into()
}

/// Runs a test in an environment of its own, where the laws are checked: see the crate `ah-testing`.
#[proc_macro_attribute]
pub fn checked_test(args: TokenStream, item: TokenStream) -> TokenStream {
    test_attr::expand(&test_attr::CHECKED, args.into(), item.into()).into()
}

/// Runs an `async fn main` on a runtime of `ah-tokio`: see there.
#[proc_macro_attribute]
pub fn tokio_main(args: TokenStream, item: TokenStream) -> TokenStream {
    let main = proc_macro2::Ident::new("main", proc_macro2::Span::call_site());
    tokio_attr::expand(&main, args.into(), item.into()).into()
}

/// Runs an `async fn` test on a runtime of `ah-tokio`: see there.
#[proc_macro_attribute]
pub fn tokio_test(args: TokenStream, item: TokenStream) -> TokenStream {
    let test = proc_macro2::Ident::new("test", proc_macro2::Span::call_site());
    tokio_attr::expand(&test, args.into(), item.into()).into()
}
