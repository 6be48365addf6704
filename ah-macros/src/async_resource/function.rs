//! The attribute on a function outside of annotated blocks, such as one of a test module: literals in it get their resource.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Block, LitStr, ReturnType, Token, Type,
    parse::{ParseStream, Parser},
    parse_quote,
    visit_mut::VisitMut,
};

use super::{
    literals::Literals,
    target::{Target, argument_of},
};
use crate::{
    crate_path::CratePath,
    diag::Mistakes,
    item_fn::{Body, ItemFn},
    macro_input::Reader as _,
};

/// `#[async_resource(Query, super::Pool)]`; without a name, the struct is that of the return type.
struct FnArgs {
    structs: Vec<Type>,
    krate: CratePath,
}

pub(super) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let Some(mut function) = mistakes.ok(syn::parse2::<ItemFn>(item.clone())) else {
        return mistakes.beside(item);
    };
    if function.sig.receiver().is_some() {
        mistakes.at(
            function.sig.fn_token,
            "`#[async_resource]` on a method is for its impl block: annotate the block, or write `#[traced]` here",
        );
        return mistakes.beside(item);
    }
    let parsed = mistakes.ok(FnArgs::parse.parse2(args));
    if let Some(FnArgs { mut structs, krate }) = parsed {
        structs.extend(structs.is_empty().then(|| returned(&function)).flatten());
        if structs.is_empty() {
            mistakes.at(
                &function.sig.ident,
                "name the struct whose literals get a resource here: write `#[async_resource(NAME)]`",
            );
        }
        for ty in &structs {
            give_resources(&mut function, ty, &krate, &mut mistakes);
        }
    }
    mistakes.beside(function)
}

impl FnArgs {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut structs, mut krate) = (Vec::new(), CratePath::standard());
        let mut mistakes = Mistakes::new();
        while !input.is_empty() {
            if input.peek(Token![crate]) && input.peek2(Token![=]) {
                input.parse::<Token![crate]>()?;
                input.parse::<Token![=]>()?;
                krate = CratePath::of(&input.parse()?, &mut mistakes);
            } else if input.peek(LitStr) {
                return Err(input.error(
                    "the type belongs on the struct: name the struct here, as in `#[async_resource(Query)]`",
                ));
            } else {
                structs.push(Type::Path(input.parse()?));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        mistakes.first()?;
        Ok(Self { structs, krate })
    }
}

/// The struct that the function returns, perhaps in an `Option` or a `Result`.
fn returned(function: &ItemFn) -> Option<Type> {
    let ReturnType::Type(_, ty) = &function.sig.output else {
        return None;
    };
    match &**ty {
        Type::Tuple(_) => None,
        Type::Path(path) => Some(
            argument_of(&path.path, &["Option", "Result"])
                .unwrap_or(ty)
                .clone(),
        ),
        ty => Some(ty.clone()),
    }
}

fn give_resources(function: &mut ItemFn, ty: &Type, krate: &CratePath, mistakes: &mut Mistakes) {
    let target = match Target::of(ty, krate.clone()) {
        Ok(target) => target,
        Err(error) => return mistakes.push(error),
    };
    function.hoist_inner_attributes();
    let Body::Block(body) = &function.body else {
        return;
    };
    let Ok(mut block) = syn::parse2::<Block>(body.to_token_stream()) else {
        return; // a mistake that rustc will report
    };
    let mut literals = Literals::new(&target, false);
    literals.visit_block_mut(&mut block);
    if literals.changes() == 0 && !literals.unread {
        mistakes.at(
            ty,
            "there is no literal of this struct in the function: remove the attribute, or name another struct",
        );
    }
    if literals.wild {
        let allow = parse_quote!(#[allow(clippy::unneeded_wildcard_pattern)]);
        function.attrs.push(allow);
    }
    if let (true, Some(constness)) = (literals.made > 0, function.sig.constness.take()) {
        mistakes.at(
            constness,
            "a resource is created while the program runs: remove `const`",
        );
    }
    let errors = std::mem::take(&mut literals.errors);
    errors.into_iter().for_each(|error| mistakes.push(error));
    if literals.changes() > 0 {
        function.body = super::method::in_braces(body, super::method::inside(&block));
    }
}
