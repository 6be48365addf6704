//! What a function returns, as far as it matters here.

use syn::{
    GenericArgument, PathArguments, PathSegment, ReturnType, Signature, Type, TypeParamBound,
    punctuated::Punctuated,
};

use super::guide;

/// What becomes of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `async fn`
    Async,
    /// Returns an `impl Future` or `impl Stream`.
    Opaque(Polled),
    /// Returns a boxed one: `Pin<Box<dyn Future>>`, `BoxFuture`, `BoxStream`.
    Pinned(Polled),
    /// Returns a `Box<dyn Future>`, which may be `Unpin` or be pinned later.
    Boxed(Polled),
    /// Returns a type that may be an alias of a boxed one: the compiler decides.
    Alias,
    /// Returns when it is done.
    Sync,
}

/// What is polled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Polled {
    Future,
    Stream,
}

/// Types that are no aliases of what is polled: only a matter of how much code is generated.
const PLAIN: &str = "Arc BTreeMap BTreeSet Box Cow Duration HashMap HashSet Instant Option Ordering PathBuf Poll Rc Result Self \
    String Vec bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize";

impl Kind {
    pub(crate) fn of(sig: &Signature) -> Self {
        if sig.asyncness.is_some() {
            return Self::Async;
        }
        match &sig.output {
            ReturnType::Type(_, ty) => match Self::of_type(ty) {
                Self::Alias if guide::has_macro(ty) => Self::Sync,
                kind => kind,
            },
            ReturnType::Default => Self::Sync,
        }
    }

    /// Returns `true` if items are polled for.
    pub(crate) fn is_stream(self) -> bool {
        use Polled::Stream;
        matches!(
            self,
            Self::Opaque(Stream) | Self::Pinned(Stream) | Self::Boxed(Stream)
        )
    }

    fn of_type(ty: &Type) -> Self {
        match ty {
            Type::ImplTrait(opaque) => polled(&opaque.bounds).map_or(Self::Sync, Self::Opaque),
            Type::Path(path) if path.qself.is_some() => Self::Alias,
            Type::Path(path) => path.path.segments.last().map_or(Self::Sync, Self::of_path),
            Type::Group(group) => Self::of_type(&group.elem),
            Type::Paren(paren) => Self::of_type(&paren.elem),
            _ => Self::Sync,
        }
    }

    fn of_path(last: &PathSegment) -> Self {
        match last.ident.to_string().as_str() {
            "BoxFuture" | "LocalBoxFuture" => Self::Pinned(Polled::Future),
            "BoxStream" | "LocalBoxStream" => Self::Pinned(Polled::Stream),
            "Pin" => argument(last).map_or(Self::Sync, Self::of_pinned),
            "Box" => argument(last)
                .and_then(polled_type)
                .map_or(Self::Sync, Self::Boxed),
            name if PLAIN.split(' ').any(|plain| plain == name) => Self::Sync,
            _ => Self::Alias,
        }
    }

    fn of_pinned(ty: &Type) -> Self {
        match boxed(ty) {
            Some(Type::Path(_)) => Self::Alias,
            Some(boxed) => polled_type(boxed).map_or(Self::Sync, Self::Pinned),
            None => Self::Sync,
        }
    }
}

/// The content of a box, as in `Pin<Box<dyn Future>>`.
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

fn polled_type(ty: &Type) -> Option<Polled> {
    match ty {
        Type::TraitObject(object) => polled(&object.bounds),
        Type::ImplTrait(opaque) => polled(&opaque.bounds),
        Type::Group(group) => polled_type(&group.elem),
        Type::Paren(paren) => polled_type(&paren.elem),
        _ => None,
    }
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
