//! The attribute on a struct.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ItemStruct;

use super::{
    args::StructArgs,
    check,
    derives::{self, Stages, Turn},
    model::{Model, Shape},
    names::{VALUE, VALUE_TRIGGERED_BY},
};
use crate::diag::Mistakes;

/// The first stage: reports the mistakes, and moves the derives that look above the second stage.
pub(super) fn expand(args: TokenStream, item: TokenStream, turn: Turn) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let Some(mut item) = mistakes.ok(syn::parse2::<ItemStruct>(item.clone())) else {
        return mistakes.beside(item);
    };
    if turn == Turn::First {
        let others = derives::others_above(&item.attrs);
        if others > 0 {
            return after_others(&args, item, others);
        }
    }
    let parsed = StructArgs::parse(args.clone(), &item.ident, &mut mistakes);
    check::once(&mut item.attrs, &mut mistakes);
    check::layout(&mut item.attrs, &mut mistakes);
    let mut fields = item.fields.clone();
    let has_own = check::marked(&mut fields, &mut mistakes).is_some();
    let stages = Stages::of(std::mem::take(&mut item.attrs), !has_own, &mut mistakes);
    item.attrs = stages.below;
    if !has_own && !check::sized(&item, &mut mistakes) {
        let above = &stages.above;
        return mistakes.beside(quote!(#(#above)* #item));
    }
    if stages.above.is_empty() {
        return mistakes.beside(with_resource(&parsed, item));
    }
    let (above, krate) = (&stages.above, &parsed.krate);
    mistakes.beside(quote!(#(#above)* #[#krate::__private::async_resource_field(#args)] #item))
}

/// The attribute again, below the first `others` ones.
fn after_others(args: &TokenStream, mut item: ItemStruct, others: usize) -> TokenStream {
    let parsed = StructArgs::parse(args.clone(), &item.ident, &mut Mistakes::new());
    let krate = &parsed.krate;
    let again = syn::parse_quote!(#[#krate::__private::async_resource_struct(#args)]);
    item.attrs.insert(others, again);
    quote!(#item)
}

/// The second stage. The mistakes were reported by the first.
pub(super) fn second_stage(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let Some(parsed) = mistakes.ok(syn::parse2::<ItemStruct>(item.clone())) else {
        return mistakes.beside(item);
    };
    let args = StructArgs::parse(args, &parsed.ident, &mut Mistakes::new());
    with_resource(&args, parsed)
}

/// The struct with its field, and what comes with it.
fn with_resource(args: &StructArgs, item: ItemStruct) -> TokenStream {
    let model = Model::of(args, item);
    let (item, shadow) = (&model.item, &model.shadow);
    let (resource, make, values) = (resource(&model), make(&model), values(&model));
    quote!(#item #shadow #resource #make #values)
}

/// The public trait: where the resource is.
fn resource(model: &Model) -> TokenStream {
    let Model {
        krate, item, cfgs, ..
    } = model;
    let (generics, name) = (item.generics.split_for_impl(), &item.ident);
    let (params, arguments, clause) = generics;
    let access = model.access();
    let at = Span::mixed_site();
    quote_spanned! {at=>
        #(#cfgs)*
        #[automatically_derived]
        #[allow(deprecated)]
        impl #params #krate::Resource for #name #arguments #clause {
            #[inline]
            fn async_resource(&self) -> &#krate::AsyncResource {
                #access
            }
        }
    }
}

/// The hidden trait: how a resource is created.
fn make(model: &Model) -> TokenStream {
    let Model {
        krate,
        item,
        cfgs,
        ty,
        manual_destroy,
        data,
        ..
    } = model;
    let name = &item.ident;
    let (params, arguments, clause) = item.generics.split_for_impl();
    let at = Span::mixed_site();
    quote_spanned! {at=>
        #(#cfgs)*
        #[automatically_derived]
        #[allow(deprecated)]
        impl #params #krate::__private::MakeResource for #name #arguments #clause {
            #[inline]
            #[track_caller]
            fn make_resource(
                trigger: #krate::__private::core::option::Option<#krate::AsyncId>,
            ) -> #krate::AsyncResource {
                #krate::__private::make_resource(#ty, trigger, #manual_destroy, || #data)
            }
        }
    }
}

/// What stands in for `Self` as a value: for tuple structs a function, for unit structs the only value.
fn values(model: &Model) -> TokenStream {
    let Model {
        krate, item, cfgs, ..
    } = model;
    let at = Span::mixed_site().located_at(item.ident.span());
    let [value, triggered] =
        [VALUE, VALUE_TRIGGERED_BY].map(|name| format_ident!("{name}", span = at));
    let new = quote_spanned!(at=> #krate::__private::ResourceOf::new());
    let new_triggered = quote_spanned!(at=> #krate::__private::ResourceOf::triggered_by(trigger));
    let (output, output_triggered, body, body_triggered) = match &model.shape {
        Shape::Braces => return TokenStream::new(),
        Shape::Unit { field } => {
            let output = quote_spanned!(at=> Self);
            let body = |new| quote_spanned!(at=> Self { #field: #new });
            (output.clone(), output, body(new), body(new_triggered))
        }
        Shape::Tuple { types, hidden } => {
            let names: Vec<_> = (0..types.len())
                .map(|n| format_ident!("field{n}", span = at))
                .collect();
            let [new, new_triggered] = [new, new_triggered].map(|new| hidden.then_some(new));
            (
                quote_spanned!(at=> fn(#(#types),*) -> Self),
                quote_spanned!(at=> impl Fn(#(#types),*) -> Self + #krate::__private::core::marker::Copy),
                quote_spanned!(at=> |#(#names),*| Self(#(#names,)* #new)),
                quote_spanned!(at=> move |#(#names),*| Self(#(#names,)* #new_triggered)),
            )
        }
    };
    let (params, arguments, clause) = item.generics.split_for_impl();
    let (name, vis) = (&item.ident, &model.vis);
    quote_spanned! {at=>
        #(#cfgs)*
        #[doc(hidden)]
        #[automatically_derived]
        #[allow(deprecated, unreachable_pub, reason = "as the fields are")]
        impl #params #name #arguments #clause {
            #[inline]
            #vis fn #value() -> #output {
                #body
            }
            #[inline]
            #vis fn #triggered(trigger: #krate::AsyncId) -> #output_triggered {
                let _ = trigger;
                #body_triggered
            }
        }
    }
}
