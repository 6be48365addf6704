//! Why nothing of a carrier is used.

use std::{error::Error, fmt};

/// A carrier that is not in its format, so that nothing of it is used. It says where, and nothing of what is there.
#[derive(Debug)]
pub struct CarrierError(Format);

#[derive(Debug)]
enum Format {
    V8(ah_v8::Error),
    Json(serde_json::Error),
}

impl CarrierError {
    pub(super) fn v8(error: ah_v8::Error) -> Self {
        Self(Format::V8(error))
    }

    pub(super) fn json(error: serde_json::Error) -> Self {
        Self(Format::Json(error))
    }
}

impl fmt::Display for CarrierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Format::V8(_) => f.write_str("it is no context in V8's format"),
            Format::Json(_) => f.write_str("it is no context in JSON"),
        }
    }
}

impl Error for CarrierError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match &self.0 {
            Format::V8(error) => error,
            Format::Json(error) => error,
        })
    }
}
