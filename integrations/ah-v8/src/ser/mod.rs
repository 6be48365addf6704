//! Writing through serde.

mod capture;
mod compound;
mod data;
mod key;
