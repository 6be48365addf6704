//! The struct that an impl block is about.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{
    Error, GenericArgument, Path, PathArguments, PathSegment, Type, TypePath, spanned::Spanned,
};

use crate::crate_path::CratePath;

/// The struct, as the block names it.
pub(super) struct Target {
    /// Its path with generic arguments.
    path: Path,
    /// Whether `Self` is the struct, not a reference to it or a smart pointer.
    is_self: bool,
    krate: CratePath,
}

impl Target {
    /// Finds the struct in `Query`, `&Query`, `Arc<Query>` and the like.
    pub(super) fn of(self_ty: &Type, krate: CratePath) -> Result<Self, Error> {
        let (path, is_self) = struct_in(self_ty).ok_or_else(|| {
            Error::new(
                self_ty.span(),
                "name the struct here: only a struct with `#[async_resource(\"…\")]` has a resource",
            )
        })?;
        Ok(Self {
            path: path.clone(),
            is_self,
            krate,
        })
    }

    /// The struct where the user named it; by `Self` if it is that, as clippy would have it.
    pub(super) fn self_or_ty(&self) -> TokenStream {
        if self.is_self {
            let at = Span::mixed_site().located_at(self.path.span());
            quote_spanned!(at=> Self)
        } else {
            self.path.to_token_stream()
        }
    }

    pub(super) fn krate(&self) -> &CratePath {
        &self.krate
    }

    /// Is this path the struct's? One that the user qualified otherwise may be an enum's variant of the same name.
    pub(super) fn is_named_by(&self, path: &Path) -> bool {
        match path.get_ident_ignoring_arguments() {
            Some(ident) => self.is_named(ident),
            None => is_same(path, &self.path),
        }
    }

    /// Returns `true` if this is the struct's bare name, or `Self`.
    pub(super) fn is_named(&self, ident: &Ident) -> bool {
        self.is_self && ident == "Self" || self.name().is_some_and(|name| ident == name)
    }

    fn name(&self) -> Option<&Ident> {
        self.path.segments.last().map(|segment| &segment.ident)
    }

    /// A constant would be a new resource at each use, created at no time.
    pub(super) fn refuse_const(&self, token: &impl ToTokens, ty: &Type) -> Option<Error> {
        let (path, _) = struct_in(ty)?;
        self.is_named_by(path).then(|| {
            let token = token.to_token_stream();
            let message = format!("a resource is created while the program runs: write a function instead of this `{token}`");
            Error::new_spanned(token, message)
        })
    }
}

/// The only segment of a path, whatever its generic arguments.
trait OnlySegment {
    fn get_ident_ignoring_arguments(&self) -> Option<&Ident>;
}

impl OnlySegment for Path {
    fn get_ident_ignoring_arguments(&self) -> Option<&Ident> {
        match (
            self.leading_colon,
            self.segments.len(),
            self.segments.first(),
        ) {
            (None, 1, Some(PathSegment { ident, .. })) => Some(ident),
            _ => None,
        }
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let names = |path: &Path| -> Vec<String> {
        path.segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect()
    };
    one.leading_colon.is_some() == other.leading_colon.is_some() && names(one) == names(other)
}

/// The struct's path, and whether nothing is around it.
fn struct_in(ty: &Type) -> Option<(&Path, bool)> {
    match ty {
        Type::Group(group) => struct_in(&group.elem),
        Type::Paren(paren) => struct_in(&paren.elem),
        Type::Reference(reference) => Some((struct_in(&reference.elem)?.0, false)),
        Type::Path(TypePath {
            qself: None, path, ..
        }) => match argument_of(path, &["Box", "Rc", "Arc", "Pin"]) {
            Some(pointee) => Some((struct_in(pointee)?.0, false)),
            None => Some((path, true)),
        },
        _ => None,
    }
}

/// The first type that one of these types has for an argument.
pub(super) fn argument_of<'a>(path: &'a Path, names: &[&str]) -> Option<&'a Type> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if names.iter().any(|name| last.ident == name) => Some(ty),
        _ => None,
    }
}
