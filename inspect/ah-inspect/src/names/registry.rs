//! The types and places of resources.

use std::{
    collections::HashMap,
    hash::Hash,
    panic::Location,
    ptr,
    sync::{LazyLock, PoisonError, RwLock},
};

use super::cache::Cache;
use crate::event::Names;

pub(crate) type Place = &'static Location<'static>;

/// The kind of a resource.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Type {
    pub(crate) name: &'static str,
    /// The name of the type of a task's future; empty for others.
    pub(crate) future: &'static str,
}

/// Numbers for values, each kept once and for good. 0 is the number of what does not fit, or is not known.
struct Registry<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Copy + Eq + Hash> Registry<T> {
    fn number(&mut self, value: T, most: usize) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        if self.values.len() + 1 >= most {
            return 0;
        }
        self.values.push(value);
        let number = self.values.len() as u32;
        self.numbers.insert(value, number);
        number
    }

    fn get(&self, number: u32) -> Option<T> {
        let at = number.checked_sub(1)?;
        self.values.get(at as usize).copied()
    }
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

type Shared<T> = LazyLock<RwLock<Registry<T>>>;

static TYPES: Shared<Type> = LazyLock::new(RwLock::default);
static PLACES: Shared<Place> = LazyLock::new(RwLock::default);

fn number<T: Copy + Eq + Hash>(registry: &Shared<T>, value: T, most: usize) -> u32 {
    let mut registry = registry.write().unwrap_or_else(PoisonError::into_inner);
    registry.number(value, most)
}

fn get<T: Copy + Eq + Hash>(registry: &Shared<T>, number: u32) -> Option<T> {
    let registry = registry.read().unwrap_or_else(PoisonError::into_inner);
    registry.get(number)
}

/// Tells literals apart without reading them.
type Literal = (*const u8, usize);

fn literal(text: &'static str) -> Literal {
    (text.as_ptr(), text.len())
}

thread_local! {
    static TYPE_NUMBERS: Cache<(Literal, Literal), u16, 64> = const { Cache::new() };
    static PLACE_NUMBERS: Cache<*const Location<'static>, u32, 256> = const { Cache::new() };
}

#[inline]
pub(crate) fn type_number(ty: Type) -> u16 {
    let key = (literal(ty.name), literal(ty.future));
    let hash = ty.name.as_ptr().addr() ^ ty.future.as_ptr().addr() >> 2;
    let find = || number(&TYPES, ty, Names::MOST_TYPES) as u16;
    TYPE_NUMBERS.with(|numbers| numbers.get(hash, key, find))
}

#[inline]
pub(crate) fn place_number(place: Option<Place>) -> u32 {
    let Some(place) = place else { return 0 };
    let key = ptr::from_ref(place);
    let find = || number(&PLACES, place, Names::MOST_PLACES);
    PLACE_NUMBERS.with(|numbers| numbers.get(key.addr() >> 3, key, find))
}

pub(crate) fn type_of(number: u16) -> Option<Type> {
    get(&TYPES, number.into())
}

pub(crate) fn place(number: u32) -> Option<Place> {
    get(&PLACES, number)
}
