//! What a message is.

use ah_v8::{Deserializer, Serializer};
use serde::{Serialize, de::DeserializeOwned};

/// The serialization of a channel: what `fork` was given as `serialization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Json,
    Advanced,
}

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Advanced => "V8's format",
        }
    }

    /// Reads a message. The outer error is about bytes that are no message at all, the inner one about one that is no `T`.
    pub(super) fn read<T: DeserializeOwned>(
        self,
        bytes: &[u8],
    ) -> Result<Result<T, BoxError>, BoxError> {
        match self {
            Self::Json => match serde_json::from_slice(bytes) {
                Err(error) if !error.is_data() => Err(error.into()),
                result => Ok(result.map_err(|_| "a message of another form".into())), // serde_json's words have the value
            },
            Self::Advanced => match advanced(bytes) {
                Err(error) if error.category() != ah_v8::Category::Data => Err(error.into()),
                result => Ok(result.map_err(BoxError::from)),
            },
        }
    }

    pub(super) fn write<T: Serialize>(self, message: &T) -> Result<Vec<u8>, BoxError> {
        Ok(match self {
            Self::Json => serde_json::to_vec(message)?,
            Self::Advanced => {
                let mut serializer = Serializer::for_child_process();
                serializer.write_header();
                serializer.write(message)?;
                serializer.release_buffer()
            }
        })
    }
}

fn advanced<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ah_v8::Error> {
    let mut deserializer = Deserializer::for_child_process(bytes);
    deserializer.read_header()?;
    let message = deserializer.read()?;
    deserializer.end()?;
    Ok(message)
}
