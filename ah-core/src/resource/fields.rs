//! What a traced function records about itself: named values, and how it ended.

use std::{borrow::Cow, fmt};

/// The values that `#[traced(fields(…))]` names, for `init` callbacks.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let hooks = async_hooks::Hooks::builder()
///     .init(|resource| {
///         if let Some(fields) = resource.data::<async_hooks::Fields>() {
///             println!("{} {fields}", resource.resource_type()); // charge amount=12 card="**42"
///         }
///     })
///     .build();
/// # async_hooks::create_hook(hooks);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Vec<(&'static str, FieldValue)>);

impl Fields {
    /// Returns the value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FieldValue> {
        self.iter()
            .find_map(|(found, value)| (found == name).then_some(value))
    }

    /// Returns the names and values, in the order in which they were written.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'static str, &FieldValue)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }
}

impl<const N: usize> From<[(&'static str, FieldValue); N]> for Fields {
    fn from(fields: [(&'static str, FieldValue); N]) -> Self {
        Self(fields.into())
    }
}

/// `name=value`, with spaces between; text that was recorded as it is stands in quotes.
impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{name}={value}")?;
        }
        Ok(())
    }
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue {
    /// A `bool`.
    Bool(bool),
    /// An integer of any type, if it is no larger than this one.
    Int(i128),
    /// An `f32` or `f64`.
    Float(f64),
    /// A string.
    Str(Cow<'static, str>),
    /// What `Display` (`%`) or `Debug` (`?`) wrote for a value.
    Formatted(String),
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Str(value) => fmt::Debug::fmt(value, f),
            Self::Formatted(value) => value.fmt(f),
        }
    }
}

/// What can be a field without `%` or `?`.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot be a field as it is",
    label = "neither a number, nor a `bool`, a `char` or a string",
    note = "write `%` before it to record it by `Display`, or `?` to record it by `Debug`"
)]
#[doc(hidden)]
pub trait Field {
    fn field(&self) -> FieldValue;
}

impl<T: Field + ?Sized> Field for &T {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl<T: Field + ?Sized> Field for &mut T {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl<T: Field + ?Sized> Field for Box<T> {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl Field for str {
    fn field(&self) -> FieldValue {
        FieldValue::Str(self.to_owned().into())
    }
}

impl Field for String {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl Field for Cow<'_, str> {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl Field for char {
    fn field(&self) -> FieldValue {
        FieldValue::Str(self.to_string().into())
    }
}

impl Field for bool {
    fn field(&self) -> FieldValue {
        FieldValue::Bool(*self)
    }
}

impl Field for f32 {
    fn field(&self) -> FieldValue {
        FieldValue::Float((*self).into())
    }
}

impl Field for f64 {
    fn field(&self) -> FieldValue {
        FieldValue::Float(*self)
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(impl Field for $integer {
            fn field(&self) -> FieldValue {
                match i128::try_from(*self) {
                    Ok(value) => FieldValue::Int(value),
                    Err(_) => FieldValue::Formatted(self.to_string()),
                }
            }
        })*
    };
}

integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl Field for crate::id::AsyncId {
    fn field(&self) -> FieldValue {
        self.get().field()
    }
}

/// What a function returned, if `#[traced(ret)]` or `#[traced(err)]` asks for it and a hook listens.
///
/// It is among the extensions of the function's resource from the moment the function returns: a callback for
/// `promise_resolve` or `after` finds it there.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let hooks = async_hooks::Hooks::builder()
///     .promise_resolve(|id| {
///         if let Some(returned) = async_hooks::execution_async_resource().extensions().get::<async_hooks::Returned>() {
///             println!("{id} returned {returned}");
///         }
///     })
///     .build();
/// # async_hooks::create_hook(hooks);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Returned {
    /// What it returned, by `Debug` unless `ret(Display)` is asked for. With `err`, too: what was in the `Ok`.
    Value(String),
    /// What was in the `Err`, by `Display` unless `err(Debug)` is asked for.
    Error(String),
}

impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(text) | Self::Error(text) => f.write_str(text),
        }
    }
}
