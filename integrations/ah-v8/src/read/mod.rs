//! Reading: tokens off the input, and values of them.
//!
//! An object has a number: how many objects began before it. What comes again is written as its number. So each reader
//! keeps, for each object, where it began: a [`Value`](crate::Value) refers to it, and serde, which knows no such thing,
//! reads it once more from there.

mod buffers;
mod key;
mod objects;
mod reader;
mod skip;
mod token;
mod values;

pub(crate) use key::Key;
pub(crate) use reader::{Container, Reader};
pub(crate) use token::{Token, ViewToken};
