//! [`Value`], and what is common to all its kinds.

use super::{
    Array, ArrayBuffer, BigInt, Date, JsError, JsString, Label, Map, Object, RegExp, Set,
    SparseArray, View, compare::Children,
};

/// A value of JavaScript, of any kind that structured clone knows.
///
/// Values are trees. An object that occurs more than once, within itself too, is [`Shared`](Self::Shared) where it first
/// occurs and [`Same`](Self::Same) from there on.
///
/// Values are equal as `Object.is` has it: `NaN` is equal to itself, and −0 is not 0. The order of properties counts, and
/// so does which objects are shared; which labels say so does not.
///
/// Through serde, a value in a struct that this crate writes or reads is itself. In any other format it is its bytes in
/// V8's format, so that nothing of it is lost. What serde puts aside before it knows the type of it, as for `flatten` and
/// for untagged enums, cannot be a `Value`.
///
/// # Examples
///
/// ```
/// use ah_v8::{Label, Object, Value};
///
/// let me = Label::new();
/// let node = Object::from_iter([("name", Value::from("a")), ("self", Value::Same(me))]);
/// let node = Value::Shared(me, Box::new(node.into()));
///
/// let bytes = ah_v8::to_vec(&node)?; // v8.deserialize(bytes) is a node with itself in it
/// assert_eq!(ah_v8::from_slice::<Value>(&bytes)?, node);
/// # Ok::<_, ah_v8::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Value {
    /// `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, integers too.
    Number(f64),
    /// An integer of any size, such as `1n`.
    BigInt(BigInt),
    /// A string.
    String(JsString),
    /// A `Date`.
    Date(Date),
    /// A `RegExp`.
    RegExp(RegExp),
    /// A primitive in an object, such as `new Number(1)`.
    Boxed(Primitive),
    /// An array without holes.
    Array(Array),
    /// An array that may have holes.
    SparseArray(SparseArray),
    /// A plain object.
    Object(Object),
    /// A `Map`.
    Map(Map),
    /// A `Set`.
    Set(Set),
    /// An `ArrayBuffer`.
    ArrayBuffer(ArrayBuffer),
    /// A typed array, a `DataView` or a `Buffer`.
    View(View),
    /// An `Error`.
    Error(Box<JsError>),
    /// An object that occurs again as [`Same`](Self::Same) with the same label, within itself or later on.
    Shared(Label, Box<Value>),
    /// The object that is [`Shared`](Self::Shared) with this label.
    Same(Label),
}

/// A primitive that an object may be around.
#[derive(Clone, Debug)]
pub enum Primitive {
    /// Of a `Boolean` object.
    Bool(bool),
    /// Of a `Number` object.
    Number(f64),
    /// Of a `BigInt` object.
    BigInt(BigInt),
    /// Of a `String` object.
    String(JsString),
}

impl Value {
    /// Returns the object itself if this is one that is shared, and the value as it is if not.
    pub fn unshared(&self) -> &Self {
        match self {
            Self::Shared(_, value) => value,
            value => value,
        }
    }

    /// Returns the property of this name, if this is an object or an array that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self.unshared() {
            Self::Object(object) => object.get(name),
            Self::Array(array) => array.properties.get(name),
            Self::SparseArray(array) => array.properties.get(name),
            _ => None,
        }
    }

    /// Returns `true` for `null` and `undefined`.
    pub fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// Returns the boolean that this is.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the number that this is.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the string that this is, unless a surrogate stands alone in it.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => value.as_str(),
            _ => None,
        }
    }

    /// Returns the object that this is.
    pub fn as_object(&self) -> Option<&Object> {
        match self.unshared() {
            Self::Object(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the elements of the array that this is, if it has no holes.
    pub fn as_elements(&self) -> Option<&[Self]> {
        match self.unshared() {
            Self::Array(value) => Some(&value.elements),
            _ => None,
        }
    }

    /// Returns the object that is shared by this label, if it is in this value.
    pub fn find(&self, label: Label) -> Option<&Self> {
        match self {
            Self::Shared(this, value) if *this == label => Some(value),
            Self::Shared(_, value) => value.find(label),
            value => value.children().find_map(|child| child.find(label)),
        }
    }

    /// What is directly within this object, in the order in which it is written.
    pub(crate) fn children(&self) -> Children<'_> {
        match self {
            Self::Array(array) => array.children(),
            Self::SparseArray(array) => array.properties.children(),
            Self::Object(object) => object.children(),
            Self::Map(map) => map.children(),
            Self::Set(set) => set.children(),
            Self::View(view) => view.children(),
            Self::Error(error) => error.children(),
            Self::Shared(_, value) => Box::new(std::iter::once(&**value)),
            _ => Box::new(std::iter::empty()),
        }
    }
}

/// Returns `true` if it is a number that is written as an integer of 32 bits.
pub(crate) fn as_int32(number: f64) -> Option<i32> {
    let integer = number as i32;
    (f64::from(integer).to_bits() == number.to_bits()).then_some(integer)
}

macro_rules! from {
    ($($type:ty => |$value:ident| $into:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $into
            }
        }
    )*};
}

from! {
    () => |_unit| Self::Null;
    bool => |value| Self::Bool(value);
    f64 => |value| Self::Number(value);
    i32 => |value| Self::Number(value.into());
    u32 => |value| Self::Number(value.into());
    &str => |value| Self::String(value.into());
    String => |value| Self::String(value.into());
    JsString => |value| Self::String(value);
    BigInt => |value| Self::BigInt(value);
    Date => |value| Self::Date(value);
    RegExp => |value| Self::RegExp(value);
    Primitive => |value| Self::Boxed(value);
    Array => |value| Self::Array(value);
    SparseArray => |value| Self::SparseArray(value);
    Object => |value| Self::Object(value);
    Map => |value| Self::Map(value);
    Set => |value| Self::Set(value);
    ArrayBuffer => |value| Self::ArrayBuffer(value);
    View => |value| Self::View(value);
    JsError => |value| Self::Error(Box::new(value));
    Vec<Value> => |value| Self::Array(value.into());
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
