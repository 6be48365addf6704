//! Mistakes, one function for each rule.

use proc_macro2::Ident;
use syn::{Expr, ExprLit, Lit, ReturnType, Signature, Type};

use super::args::TracedArgs;
use crate::{
    attr::Once,
    diag::Mistakes,
    item_block::Block,
    item_fn::{Body, ItemFn},
    lower::{Kind, call_of_itself, is_not_cloned},
};

pub(super) fn function(function: &ItemFn, args: &TracedArgs, mistakes: &mut Mistakes) {
    let kind = Kind::of(&function.sig);
    has_a_body(function, mistakes);
    runs_at_run_time(&function.sig, mistakes);
    is_not_variadic(&function.sig, mistakes);
    has_a_block_to_skip_in(args, mistakes);
    name_is_a_name(args, mistakes);
    boxed_has_a_future(kind, args, mistakes);
    has_a_result_to_record(kind, args, mistakes);
    err_has_a_result(&function.sig, kind, args, mistakes);
    is_not_cloned(&function.sig, mistakes);
    if !args.boxed.is_given() {
        calls_itself_in_a_box(function, false, mistakes);
    }
}

pub(super) fn block(block: &Block, args: &TracedArgs, mistakes: &mut Mistakes) {
    options_are_for_all(args, mistakes);
    has_a_function(block, mistakes);
    if block.is_inherent() && !args.boxed.is_given() {
        for method in block.methods_without_attribute() {
            calls_itself_in_a_box(method, true, mistakes);
        }
    }
}

/// The compiler would say the same later, and not what to write.
fn calls_itself_in_a_box(function: &ItemFn, in_block: bool, mistakes: &mut Mistakes) {
    if let Some(call) = call_of_itself(function, in_block) {
        let message = format!(
            "`{call}` calls itself, and its future cannot hold another one of its kind: write `#[traced(boxed)]`; or, if another function is meant, its path, as in `self::{call}`"
        );
        mistakes.at(call, message);
    }
}

/// A declaration has nothing to trace.
fn has_a_body(function: &ItemFn, mistakes: &mut Mistakes) {
    if let Body::None(semi) = &function.body {
        mistakes.at(
            semi,
            "a declaration has no body to trace: give it one, or move `#[traced]` to the function in the impl",
        );
    }
}

/// What may run while the program is compiled has no events.
fn runs_at_run_time(sig: &Signature, mistakes: &mut Mistakes) {
    if let Some(constness) = &sig.constness {
        mistakes.at(
            constness,
            "a `const fn` cannot be traced: remove `const`, or remove `#[traced]`",
        );
    }
}

/// `...` cannot be taken along.
fn is_not_variadic(sig: &Signature, mistakes: &mut Mistakes) {
    if let Some(variadic) = &sig.variadic {
        mistakes.at(
            variadic,
            "a function with `...` cannot be traced: remove `#[traced]`",
        );
    }
}

/// `skip` is read by the block around a method.
fn has_a_block_to_skip_in(args: &TracedArgs, mistakes: &mut Mistakes) {
    if let Some(key) = args.skip.key() {
        mistakes.at(
            key,
            "nothing to skip: `skip` stands alone on a method of an `impl` or `trait` block that has `#[traced]`",
        );
    }
}

/// A type is a string, and not empty.
fn name_is_a_name(args: &TracedArgs, mistakes: &mut Mistakes) {
    let Some(Expr::Lit(ExprLit { lit, .. })) = args.name.value() else {
        return;
    };
    match lit {
        Lit::Str(name) if name.value().is_empty() => {
            mistakes.at(
                name,
                "the name is empty: write `name = \"NAME\"`, or remove it to use the function's",
            );
        }
        Lit::Str(_) => (),
        other => mistakes.at(other, "a name is a string: write `name = \"NAME\"`"),
    }
}

/// `boxed` is about the size of a future.
fn boxed_has_a_future(kind: Kind, args: &TracedArgs, mistakes: &mut Mistakes) {
    let Some(key) = args.boxed.key() else { return };
    match kind {
        Kind::Async | Kind::Opaque(_) => (),
        Kind::Pinned(_) | Kind::Boxed(_) => mistakes.at(key, "what this function returns is in a box already: remove `boxed`"),
        Kind::Sync | Kind::Alias => mistakes.at(
            key,
            "`boxed` is for a function that returns a future: make this an `async fn`, or remove `boxed`",
        ),
    }
}

/// A stream has items, and `!` has nothing.
fn has_a_result_to_record(kind: Kind, args: &TracedArgs, mistakes: &mut Mistakes) {
    for key in [args.err.key(), args.ret.key()]
        .into_iter()
        .flatten()
        .filter(|_| kind.is_stream())
    {
        mistakes.at(
            key,
            format!("a stream has items, but no result to record: remove `{key}`"),
        );
    }
}

/// `err` is about a `Result`: reported here where the signature shows that there is none.
fn err_has_a_result(sig: &Signature, kind: Kind, args: &TracedArgs, mistakes: &mut Mistakes) {
    let Some(key) = args
        .err
        .key()
        .filter(|_| matches!(kind, Kind::Async | Kind::Sync))
    else {
        return;
    };
    let none = match &sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => !may_be_a_result(ty),
    };
    if none {
        mistakes.at(
            key,
            "`err` records the error of a `Result`, and this function returns none: remove `err`",
        );
    }
}

fn may_be_a_result(ty: &Type) -> bool {
    const NONE: &[&str] = &[
        "Option", "Vec", "String", "Box", "bool", "u8", "u16", "u32", "u64", "usize", "i32", "i64",
    ];
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last();
            !last.is_some_and(|last| NONE.iter().any(|none| last.ident == none))
        }
        Type::Group(group) => may_be_a_result(&group.elem),
        Type::Paren(paren) => may_be_a_result(&paren.elem),
        Type::Macro(_) => true,
        _ => false,
    }
}

/// What is said on a block holds for every method.
fn options_are_for_all(args: &TracedArgs, mistakes: &mut Mistakes) {
    fn refuse<T>(option: &Once<T>, mistakes: &mut Mistakes) {
        if let Some(key) = option.key() {
            mistakes.at(key, of_one(key));
        }
    }
    refuse(&args.name, mistakes);
    refuse(&args.fields, mistakes);
    refuse(&args.err, mistakes);
    refuse(&args.ret, mistakes);
    refuse(&args.trigger, mistakes);
    refuse(&args.skip, mistakes);
}

fn of_one(key: &Ident) -> String {
    if key == "skip" {
        return "`skip` leaves out one method: write `#[traced(skip)]` on that method".into();
    }
    format!("`{key}` is about one function: write `#[traced({key} …)]` on the method")
}

/// A block with declarations alone has nothing to trace.
fn has_a_function(block: &Block, mistakes: &mut Mistakes) {
    let mut declarations = block.methods().peekable();
    let Some(first) = declarations.peek().copied() else {
        return;
    };
    if declarations.all(|method| matches!(method.body, Body::None(_))) {
        mistakes.at(
            &first.sig.ident,
            "no function of this trait has a body to trace: move `#[traced]` to the impl",
        );
    }
}
