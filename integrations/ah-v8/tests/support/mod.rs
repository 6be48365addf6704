//! What the tests share: random values, the same in JavaScript, and a Node.js to show them to.
#![allow(dead_code, unused_imports, reason = "each test uses a part of it")]

pub(crate) mod describe;
#[cfg(unix)]
mod echo;
mod node;
mod random;
mod script;
mod shape;
mod vectors;

#[cfg(unix)]
pub(crate) use echo::Echo;
pub(crate) use node::{Node, Reply};
pub(crate) use random::{Random, random_value};
pub(crate) use script::script;
pub(crate) use shape::{as_read, has_cause, has_mixed_numbers, whole_views, without_holes};
pub(crate) use vectors::vectors;

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text
        .chars()
        .map(|digit| digit.to_digit(16).expect("hex"))
        .collect();
    digits
        .chunks(2)
        .map(|pair| (pair[0] * 16 + pair[1]) as u8)
        .collect()
}
