//! Values of JavaScript that have no type of their own in Rust.

mod array;
mod big_int;
mod buffer;
mod compare;
mod date;
mod js_error;
mod label;
mod object;
mod reg_exp;
mod string;
#[expect(
    clippy::module_inception,
    reason = "the one type that all others are parts of"
)]
mod value;
mod view;

pub use array::{Array, SparseArray};
pub use big_int::{BigInt, OutOfRange};
pub use buffer::ArrayBuffer;
pub use date::Date;
pub use js_error::{JsError, JsErrorKind};
pub use label::Label;
pub use object::{Map, Object, Set};
pub use reg_exp::{RegExp, RegExpFlags};
pub use string::JsString;
pub(crate) use string::as_index;
pub(crate) use value::as_int32;
pub use value::{Primitive, Value};
pub(crate) use view::part;
pub use view::{View, ViewKind};
