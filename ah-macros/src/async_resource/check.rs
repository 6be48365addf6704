//! What cannot have a resource, rule by rule.

use syn::{
    Attribute, Field, Fields, GenericParam, Generics, ItemStruct, Meta, Path, Token, Type,
    TypeParamBound, WherePredicate, punctuated::Punctuated,
};

use super::args;
use crate::diag::Mistakes;

/// One attribute creates one resource.
pub(super) fn once(attrs: &mut Vec<Attribute>, mistakes: &mut Mistakes) {
    attrs.retain(|attr| {
        let again = args::is_ours(attr);
        if again {
            mistakes.at(
                attr.path(),
                "`#[async_resource]` is there twice: remove one",
            );
        }
        !again
    });
}

/// The field has a size and a drop, and it must be possible to lend it. What is refused is left out.
pub(super) fn layout(attrs: &mut Vec<Attribute>, mistakes: &mut Mistakes) {
    attrs.retain(|attr| {
        let mut refused = false;
        for option in representations(attr) {
            let Some(why) = why_not(&option) else {
                continue;
            };
            mistakes.at(option, why);
            refused = true;
        }
        !refused
    });
}

fn representations(attr: &Attribute) -> Vec<Path> {
    if !attr.path().is_ident("repr") {
        return Vec::new();
    }
    let options = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    options
        .into_iter()
        .flatten()
        .map(|option| option.path().clone())
        .collect()
}

fn why_not(option: &Path) -> Option<&'static str> {
    if option.is_ident("transparent") {
        return Some("the resource is a field with a size of its own: remove `transparent`");
    }
    option
        .is_ident("packed")
        .then_some("the resource is a field that must be aligned: remove `packed`")
}

/// At most one field is the resource. Returns which; the marks are taken off.
pub(super) fn marked(fields: &mut Fields, mistakes: &mut Mistakes) -> Option<usize> {
    let mut marked = None;
    for (index, field) in fields.iter_mut().enumerate() {
        for mark in take_marks(field) {
            if !matches!(mark.meta, Meta::Path(_)) {
                mistakes.at(
                    &mark.meta,
                    "`#[resource]` takes no options: write `#[resource]`",
                );
            }
            if marked.is_some() {
                mistakes.at(
                    mark.path(),
                    "there is one resource to a struct: remove this `#[resource]`",
                );
            }
            marked = marked.or(Some(index));
        }
    }
    marked
}

fn take_marks(field: &mut Field) -> Vec<Attribute> {
    let attrs = std::mem::take(&mut field.attrs);
    let (marks, others) = attrs
        .into_iter()
        .partition(|attr| attr.path().is_ident("resource"));
    field.attrs = others;
    marks
}

/// The hidden field comes last, where a field without a size would have to be.
pub(super) fn sized(item: &ItemStruct, mistakes: &mut Mistakes) -> bool {
    let Some(last) = item.fields.iter().last() else {
        return true;
    };
    let unsized_ = is_unsized(&last.ty, &item.generics);
    if unsized_ {
        mistakes.at(
            &last.ty,
            "the resource is the last field, so this one needs a size: put it into a `Box`, or mark a field above it with `#[resource]`",
        );
    }
    !unsized_
}

fn is_unsized(ty: &Type, generics: &Generics) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Group(group) => is_unsized(&group.elem, generics),
        Type::Paren(paren) => is_unsized(&paren.elem, generics),
        Type::Path(ty) => ty.path.is_ident("str") || may_be_unsized(&ty.path, generics),
        _ => false,
    }
}

/// `T: ?Sized`
fn may_be_unsized(path: &Path, generics: &Generics) -> bool {
    let Some(ident) = path.get_ident() else {
        return false;
    };
    let in_list = generics.params.iter().any(|param| {
        matches!(param, GenericParam::Type(param) if param.ident == *ident && has_maybe(&param.bounds))
    });
    let clauses = generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    in_list
        || clauses.into_iter().any(|clause| {
            matches!(clause, WherePredicate::Type(clause)
                if matches!(&clause.bounded_ty, Type::Path(ty) if ty.path.is_ident(ident)) && has_maybe(&clause.bounds))
        })
}

fn has_maybe(bounds: &Punctuated<TypeParamBound, Token![+]>) -> bool {
    bounds
        .iter()
        .any(|bound| matches!(bound, TypeParamBound::Trait(bound) if bound.path.is_ident("Sized")))
}
