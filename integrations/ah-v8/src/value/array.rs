//! Arrays.

use super::{Object, Value};

/// An array without holes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Array {
    /// Its elements.
    pub elements: Vec<Value>,
    /// What it has besides its elements, by names that are no indices.
    pub properties: Object,
}

/// An array with holes, or one that V8 expects to have some: what [`v8.deserialize`] returns is written so again.
///
/// [`v8.deserialize`]: https://nodejs.org/api/v8.html#v8deserializebuffer
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SparseArray {
    /// Its length. It may be larger than any array that would fit into memory.
    pub length: u32,
    /// Its elements, by their indices, and what it has besides.
    pub properties: Object,
}

impl From<Vec<Value>> for Array {
    fn from(elements: Vec<Value>) -> Self {
        let properties = Object::new();
        Self {
            elements,
            properties,
        }
    }
}

impl<T: Into<Value>> FromIterator<T> for Array {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let elements: Vec<_> = elements.into_iter().map(Into::into).collect();
        elements.into()
    }
}

impl SparseArray {
    /// Creates an array of so many holes.
    pub fn new(length: u32) -> Self {
        let properties = Object::new();
        Self { length, properties }
    }

    /// Returns the element at an index, or `None` for a hole.
    pub fn get(&self, index: u32) -> Option<&Value> {
        self.properties.get(&index.to_string())
    }
}
