//! What a function returns, as far as it matters here.

use syn::{
    GenericArgument, PathArguments, PathSegment, ReturnType, Signature, Type, TypeParamBound,
    punctuated::Punctuated,
};

/// What becomes of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// `async fn`
    Async,
    /// Returns an `impl Future` or `impl Stream`.
    Opaque(Polled),
    /// Returns a boxed one: `Pin<Box<dyn Future>>`, `BoxFuture`, `BoxStream`.
    Boxed(Polled),
    /// Returns a type that may be an alias of a boxed one, to judge by its name.
    Alias,
    /// Returns when it is done.
    Sync,
}

/// What is polled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Polled {
    Future,
    Stream,
}

impl Kind {
    pub(super) fn of(sig: &Signature) -> Self {
        if sig.asyncness.is_some() {
            return Self::Async;
        }
        match &sig.output {
            ReturnType::Type(_, ty) => Self::of_type(ty),
            ReturnType::Default => Self::Sync,
        }
    }

    fn of_type(ty: &Type) -> Self {
        match ty {
            Type::ImplTrait(opaque) => polled(&opaque.bounds).map_or(Self::Sync, Self::Opaque),
            Type::Path(path) => path.path.segments.last().map_or(Self::Sync, Self::of_path),
            Type::Group(group) => Self::of_type(&group.elem),
            Type::Paren(paren) => Self::of_type(&paren.elem),
            _ => Self::Sync,
        }
    }

    fn of_pinned(ty: &Type) -> Self {
        let polled = match boxed(ty) {
            Some(Type::TraitObject(object)) => polled(&object.bounds),
            Some(Type::ImplTrait(opaque)) => polled(&opaque.bounds),
            Some(_) => return Self::Alias,
            None => None,
        };
        polled.map_or(Self::Sync, Self::Boxed)
    }

    fn of_path(last: &PathSegment) -> Self {
        match last.ident.to_string().as_str() {
            "BoxFuture" | "LocalBoxFuture" => Self::Boxed(Polled::Future),
            "BoxStream" | "LocalBoxStream" => Self::Boxed(Polled::Stream),
            "Pin" => argument(last).map_or(Self::Sync, Self::of_pinned),
            name if name.contains("Fut") || name.contains("Stream") => Self::Alias,
            _ => Self::Sync,
        }
    }
}

/// Is it a box, as in `Pin<Box<dyn Future>>`?
fn boxed(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    argument(last).filter(|_| last.ident == "Box")
}

/// The first type between angle brackets.
fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn polled<P>(bounds: &Punctuated<TypeParamBound, P>) -> Option<Polled> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        match bound.path.segments.last()?.ident.to_string().as_str() {
            "Future" | "FusedFuture" | "TryFuture" => Some(Polled::Future),
            "Stream" | "FusedStream" | "TryStream" => Some(Polled::Stream),
            _ => None,
        }
    })
}
