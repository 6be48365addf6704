//! Values as text.

use std::fmt::{Debug, Display};

/// What `%` and `Display` ask for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded by `Display`",
    label = "it does not implement `Display`",
    note = "to record it by `Debug` write `?` instead of `%`, `err(Debug)` or `ret(Debug)`"
)]
#[doc(hidden)] // its blanket implementation would be on the page of each type
pub trait ByDisplay: Display {}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> ByDisplay for T {}

/// What `?` and `Debug` ask for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded by `Debug`",
    label = "it does not implement `Debug`",
    note = "derive `Debug` for it; or, to record it by `Display`, write `%` instead of `?`, `err(Display)` or `ret(Display)`"
)]
#[doc(hidden)] // its blanket implementation would be on the page of each type
pub trait ByDebug: Debug {}

#[diagnostic::do_not_recommend]
impl<T: Debug + ?Sized> ByDebug for T {}

/// A value by its `Display`.
pub fn display<T: ByDisplay + ?Sized>(value: &T) -> String {
    value.to_string()
}

/// A value by its `Debug`.
pub fn debug<T: ByDebug + ?Sized>(value: &T) -> String {
    format!("{value:?}")
}
