//! What does not fit in an event, each under a number: types and places, of which a program has as many as are written in
//! it, and the contexts that are carried.

mod cache;
mod context;
mod registry;

pub(crate) use context::{Contexts, Store, Stores, forget_places_of_stores, note_place_of_store};
pub(crate) use registry::{Place, Type, place, place_number, type_number, type_of};
