//! A struct with its resource.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Attribute, Field, Fields, FieldsNamed, Ident, Index, ItemStruct, Type, Visibility,
    parse::Parser, punctuated::Punctuated, token::Brace,
};

use super::{args::StructArgs, check, derives, deserialize, names::FIELD};
use crate::{crate_path::CratePath, diag::Mistakes, fields, lower};

/// All that the generated code is derived from.
pub(super) struct Model {
    pub(super) krate: CratePath,
    pub(super) ty: String,
    pub(super) manual_destroy: bool,
    /// The data of the `init` event.
    pub(super) data: TokenStream,
    /// The struct with its field.
    pub(super) item: ItemStruct,
    pub(super) shape: Shape,
    /// The visibility of the field: whoever could create a value before sees it.
    pub(super) vis: Visibility,
    pub(super) cfgs: Vec<Attribute>,
    /// Where data for the struct is read into, if that has another form.
    pub(super) shadow: TokenStream,
    place: Place,
}

/// The user's form of the struct, as far as it takes more than a literal to create one.
pub(super) enum Shape {
    Braces,
    Tuple { types: Vec<Type>, hidden: bool },
    Unit { field: Ident },
}

/// Where the resource is.
enum Place {
    /// In a field that we added.
    Hidden,
    /// In a field of the user's.
    Marked(TokenStream, Box<Type>),
}

impl Model {
    pub(super) fn of(args: &StructArgs, mut item: ItemStruct) -> Self {
        let cfgs = item
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("cfg"))
            .cloned()
            .collect();
        let marked = check::marked(&mut item.fields, &mut Mistakes::new());
        let mut model = Self {
            krate: args.krate.clone(),
            // a mistake was reported: any type will do
            ty: args
                .ty
                .as_ref()
                .map_or_else(|| item.ident.to_string(), syn::LitStr::value),
            manual_destroy: args.manual_destroy,
            data: args
                .fields
                .as_ref()
                .map_or_else(|| quote!(()), |list| fields::expand(list, &args.krate)),
            vis: visibility(&item),
            shape: Shape::of(&item.fields, marked.is_none()),
            item,
            cfgs,
            shadow: TokenStream::new(),
            place: Place::Hidden,
        };
        match marked.and_then(|index| Some((index, model.item.fields.iter().nth(index)?))) {
            Some((index, field)) => {
                let member = match &field.ident {
                    Some(name) => name.to_token_stream(),
                    None => Index::from(index).into_token_stream(),
                };
                model.place = Place::Marked(member, Box::new(field.ty.clone()));
            }
            None => model.add_field(),
        }
        model
    }

    fn add_field(&mut self) {
        self.shadow = deserialize::shadow(&mut self.item, &self.krate);
        let skip = deserialize::skip(&self.item, &self.krate, !self.shadow.is_empty());
        let (krate, vis) = (&self.krate, &self.vis);
        let told = derives::told(
            &self.item.attrs,
            &quote!(#krate::__private::ResourceOf::new()),
        );
        let at = Span::mixed_site().located_at(self.item.ident.span());
        let attrs = quote_spanned!(at=> #skip #told #[doc(hidden)] #[allow(unreachable_pub, reason = "seen by whoever sees all other fields")]);
        let ty = quote_spanned!(at=> #krate::__private::ResourceOf<Self>);
        let field = format_ident!("{FIELD}", span = self.item.ident.span());
        match &mut self.item.fields {
            Fields::Named(fields) => {
                let hidden = quote_spanned!(at=> #attrs #vis #field: #ty);
                fields.named.extend(Field::parse_named.parse2(hidden));
            }
            Fields::Unnamed(fields) => {
                let hidden = quote_spanned!(at=> #attrs #vis #ty);
                fields.unnamed.extend(Field::parse_unnamed.parse2(hidden));
            }
            Fields::Unit => {
                let hidden = quote_spanned!(at=> #attrs #vis #field: #ty);
                // the user's span, or lints take the whole struct for ours
                let mut fields = FieldsNamed {
                    brace_token: Brace(self.item.ident.span()),
                    named: Punctuated::new(),
                };
                fields.named.extend(Field::parse_named.parse2(hidden));
                self.item.semi_token = None;
                self.item.fields = Fields::Named(fields);
            }
        }
    }

    /// The resource of `self`.
    pub(super) fn access(&self) -> TokenStream {
        let krate = &self.krate;
        let at = Span::mixed_site();
        match (&self.place, &self.item.fields) {
            (Place::Marked(member, ty), _) => {
                let at = lower::at(ty);
                quote_spanned!(at=> <#ty as #krate::__private::ResourceField>::resource(&self.#member))
            }
            // not by its number: fields before it may be configured away
            (Place::Hidden, Fields::Unnamed(_)) => quote_spanned! {at=>
                let Self(.., resource) = self;
                #krate::__private::ResourceField::resource(resource)
            },
            (Place::Hidden, _) => {
                let field = format_ident!("{FIELD}", span = self.item.ident.span());
                quote_spanned!(at=> #krate::__private::ResourceField::resource(&self.#field))
            }
        }
    }
}

impl Shape {
    fn of(fields: &Fields, hidden: bool) -> Self {
        match fields {
            Fields::Named(_) => Self::Braces,
            Fields::Unnamed(fields) => Self::Tuple {
                types: fields
                    .unnamed
                    .iter()
                    .map(|field| field.ty.clone())
                    .collect(),
                hidden,
            },
            Fields::Unit => Self::Unit {
                field: format_ident!("{FIELD}"),
            },
        }
    }
}

/// Whoever sees all other fields sees this one: a literal elsewhere lacks it, instead of finding it private.
fn visibility(item: &ItemStruct) -> Visibility {
    let rank = |vis: &Visibility| match vis {
        Visibility::Inherited => 0,
        Visibility::Restricted(_) => 1,
        Visibility::Public(_) => 2,
    };
    let fields = item.fields.iter().map(|field| &field.vis);
    fields
        .min_by_key(|vis| rank(vis))
        .unwrap_or(&item.vis)
        .clone()
}
