//! The format itself: its versions, its tags, and how its smallest parts are read.

mod cursor;
pub(crate) mod tag;
mod text;

pub(crate) use cursor::Cursor;
pub(crate) use text::Text;

/// The version that is written, and the newest that is read.
pub const LATEST_VERSION: u32 = 15;

/// The oldest version that is read.
pub const OLDEST_VERSION: u32 = 9;

/// The depth to which values may be nested, unless another one is asked for.
pub(crate) const MAX_DEPTH: usize = 128;

/// The largest integer of which every smaller one is a double, too: `Number.MAX_SAFE_INTEGER`.
pub(crate) const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
