//! A value in one call: what `v8.serialize` and `v8.deserialize` do.

use std::io;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Deserializer, Error, Serializer};

/// Returns a value in V8's format, as `v8.serialize` of Node does.
///
/// # Errors
///
/// What has no form in the format, too much depth, and what the type itself refuses.
#[doc(alias = "serialize")]
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut serializer = Serializer::with_views_as_host_objects();
    serializer.write_header();
    serializer.write(value)?;
    Ok(serializer.release_buffer())
}

/// Writes a value in V8's format.
///
/// # Errors
///
/// As [`to_vec`], before anything is written; and what the writer says.
pub fn to_writer<T: Serialize + ?Sized>(
    mut writer: impl io::Write,
    value: &T,
) -> Result<(), Error> {
    writer.write_all(&to_vec(value)?).map_err(Error::io)
}

/// Reads a value in V8's format, as `v8.deserialize` of Node does. Nothing may follow it.
///
/// # Errors
///
/// The bytes are not in the format or not of the type, or too deep. The error says where.
#[doc(alias = "deserialize")]
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    let mut deserializer = Deserializer::new(bytes);
    deserializer.read_header()?;
    let value = deserializer.read()?;
    deserializer.end()?;
    Ok(value)
}

/// Reads all that there is, and of it a value in V8's format.
///
/// # Errors
///
/// As [`from_slice`], and what the reader says.
pub fn from_reader<T: DeserializeOwned>(mut reader: impl io::Read) -> Result<T, Error> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(Error::io)?;
    from_slice(&bytes)
}
