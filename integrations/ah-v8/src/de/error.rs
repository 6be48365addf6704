//! serde's errors, without the values that it would print.

use std::fmt::Display;

use serde::{
    de::{Expected, Unexpected},
    ser,
};

use super::visit::kind_of;
use crate::error::Error;

impl serde::de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self::message(message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::message(format!("{} is not {expected}", kind_of(&unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::message(format!(
            "{} of this value is not {expected}",
            kind_of(&unexpected)
        ))
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self::message(format!(
            "an unknown variant: there are {}",
            expected.join(", ")
        ))
    }

    fn unknown_field(_field: &str, expected: &'static [&'static str]) -> Self {
        Self::message(format!(
            "an unknown field: there are {}",
            expected.join(", ")
        ))
    }
}

impl ser::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self::message(message.to_string())
    }
}
