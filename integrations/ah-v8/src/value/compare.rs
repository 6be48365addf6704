//! Equality: as `Object.is`, and of the same shape, whatever the labels are.

use std::{collections::HashMap, iter::once};

use super::{Array, JsError, Label, Map, Object, Primitive, Set, SparseArray, Value, View};

/// What is directly within an object, in the order in which it is written.
pub(crate) type Children<'a> = Box<dyn Iterator<Item = &'a Value> + 'a>;

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        Pairs::default().are_equal(self, other)
    }
}

impl PartialEq for Primitive {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => is_same(*a, *b),
            (Self::BigInt(a), Self::BigInt(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            _ => false,
        }
    }
}

/// Equality of a kind of object: what it has besides what is within it, and that.
macro_rules! compare {
    ($($type:ty, |$a:ident, $b:ident| $heads:expr, |$this:ident| $children:expr;)*) => {$(
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.has_head_of(other) && Pairs::default().all_are_equal(self.children(), other.children())
            }
        }

        impl $type {
            pub(crate) fn children(&self) -> Children<'_> {
                let $this = self;
                Box::new($children)
            }

            fn has_head_of(&self, other: &Self) -> bool {
                let ($a, $b) = (self, other);
                $heads
            }
        }
    )*};
}

compare! {
    Array,
        |a, b| a.elements.len() == b.elements.len() && a.properties.has_head_of(&b.properties),
        |array| array.elements.iter().chain(array.properties.values());
    SparseArray,
        |a, b| a.length == b.length && a.properties.has_head_of(&b.properties),
        |array| array.properties.values();
    Object,
        |a, b| a.iter().map(|(name, _)| name).eq(b.iter().map(|(name, _)| name)),
        |object| object.values();
    Map, |_a, _b| true, |map| map.entries.iter().flat_map(|(key, value)| [key, value]);
    Set, |_a, _b| true, |set| set.values.iter();
    View, |a, b| bounds(a) == bounds(b), |view| once(view.buffer());
    JsError,
        |a, b| a.kind == b.kind && a.message == b.message && a.stack == b.stack,
        |error| error.cause.iter();
}

/// Which labels of the one side stand for which of the other: one each, both ways.
#[derive(Default)]
struct Pairs {
    there: HashMap<Label, Label>,
    back: HashMap<Label, Label>,
}

impl Pairs {
    fn are_equal(&mut self, a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => is_same(*a, *b),
            (Value::BigInt(a), Value::BigInt(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::RegExp(a), Value::RegExp(b)) => a == b,
            (Value::Boxed(a), Value::Boxed(b)) => a == b,
            (Value::ArrayBuffer(a), Value::ArrayBuffer(b)) => a == b,
            (Value::Shared(x, a), Value::Shared(y, b)) => {
                self.stand_for(*x, *y) && self.are_equal(a, b)
            }
            (Value::Same(x), Value::Same(y)) => self.stand_for(*x, *y),
            (a, b) => have_same_head(a, b) && self.all_are_equal(a.children(), b.children()),
        }
    }

    fn stand_for(&mut self, a: Label, b: Label) -> bool {
        *self.there.entry(a).or_insert(b) == b && *self.back.entry(b).or_insert(a) == a
    }

    fn all_are_equal(&mut self, mut a: Children<'_>, mut b: Children<'_>) -> bool {
        loop {
            match (a.next(), b.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if self.are_equal(a, b) => {}
                _ => return false,
            }
        }
    }
}

/// Returns `true` if both objects are of one kind, and equal in all but what is within them.
fn have_same_head(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.has_head_of(b),
        (Value::SparseArray(a), Value::SparseArray(b)) => a.has_head_of(b),
        (Value::Object(a), Value::Object(b)) => a.has_head_of(b),
        (Value::Map(a), Value::Map(b)) => a.has_head_of(b),
        (Value::Set(a), Value::Set(b)) => a.has_head_of(b),
        (Value::View(a), Value::View(b)) => a.has_head_of(b),
        (Value::Error(a), Value::Error(b)) => a.has_head_of(b),
        _ => false,
    }
}

fn bounds(view: &View) -> impl PartialEq + use<> {
    (
        view.kind(),
        view.byte_offset(),
        view.byte_length(),
        view.tracks_length(),
    )
}

fn is_same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}
