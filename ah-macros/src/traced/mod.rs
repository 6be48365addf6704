//! `#[traced]`: parse → model → check → expand.
//!
//! | file | what it is about |
//! |---|---|
//! | `args.rs` | the options |
//! | `model.rs` | the item |
//! | `order.rs` | the attribute expands last |
//! | `block.rs` | impl and trait blocks hand it to their methods |
//! | `check.rs` | mistakes |
//! | `expand.rs` | what is put around a function: the rest is the lowering's |

mod args;
mod block;
mod check;
mod expand;
mod model;
mod order;
#[cfg(test)]
#[path = "../../unit_tests/traced.rs"]
mod tests;

use proc_macro2::TokenStream;
use quote::ToTokens;

use self::{args::TracedArgs, model::Item};
use crate::diag::Mistakes;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let Some(parsed) = Item::parse(item.clone(), &mut mistakes) else {
        return mistakes.beside(item);
    };
    match parsed {
        Item::Fn(function) => {
            let args = TracedArgs::parse(options.clone(), &mut mistakes);
            if order::must_wait(&function, &args) {
                return order::moved_to_the_end(*function, &args, &options).into_token_stream();
            }
            check::function(&function, &args, &mut mistakes);
            if !mistakes.is_empty() {
                return mistakes.beside(item);
            }
            expand::function(*function, &args)
        }
        Item::Block(block) => {
            let args = TracedArgs::parse(options, &mut mistakes);
            check::block(&block, &args, &mut mistakes);
            if !mistakes.is_empty() {
                return mistakes.beside(block.untraced());
            }
            block.handed_down(&args)
        }
    }
}
