//! The byte that every value begins with.

pub(crate) const VERSION: u8 = 0xFF;
pub(crate) const PADDING: u8 = 0;
/// Was a check of the number of objects; a number follows, and both are skipped.
pub(crate) const VERIFY_OBJECT_COUNT: u8 = b'?';

pub(crate) const THE_HOLE: u8 = b'-';
pub(crate) const UNDEFINED: u8 = b'_';
pub(crate) const NULL: u8 = b'0';
pub(crate) const TRUE: u8 = b'T';
pub(crate) const FALSE: u8 = b'F';
/// An integer of 32 bits, in zigzag.
pub(crate) const INT32: u8 = b'I';
pub(crate) const UINT32: u8 = b'U';
pub(crate) const DOUBLE: u8 = b'N';
pub(crate) const BIG_INT: u8 = b'Z';
pub(crate) const UTF8_STRING: u8 = b'S';
/// Latin-1.
pub(crate) const ONE_BYTE_STRING: u8 = b'"';
/// UTF-16, its bytes at an even offset.
pub(crate) const TWO_BYTE_STRING: u8 = b'c';
/// An object that came before, by its number.
pub(crate) const REFERENCE: u8 = b'^';

pub(crate) const OBJECT: u8 = b'o';
pub(crate) const END_OBJECT: u8 = b'{';
pub(crate) const SPARSE_ARRAY: u8 = b'a';
pub(crate) const END_SPARSE_ARRAY: u8 = b'@';
pub(crate) const DENSE_ARRAY: u8 = b'A';
pub(crate) const END_DENSE_ARRAY: u8 = b'$';
pub(crate) const MAP: u8 = b';';
pub(crate) const END_MAP: u8 = b':';
pub(crate) const SET: u8 = b'\'';
pub(crate) const END_SET: u8 = b',';

pub(crate) const DATE: u8 = b'D';
pub(crate) const TRUE_OBJECT: u8 = b'y';
pub(crate) const FALSE_OBJECT: u8 = b'x';
pub(crate) const NUMBER_OBJECT: u8 = b'n';
pub(crate) const BIG_INT_OBJECT: u8 = b'z';
pub(crate) const STRING_OBJECT: u8 = b's';
pub(crate) const REG_EXP: u8 = b'R';
pub(crate) const ERROR: u8 = b'r';

pub(crate) const ARRAY_BUFFER: u8 = b'B';
pub(crate) const RESIZABLE_ARRAY_BUFFER: u8 = b'~';
pub(crate) const ARRAY_BUFFER_TRANSFER: u8 = b't';
/// Comes after the buffer that it is a view of.
pub(crate) const ARRAY_BUFFER_VIEW: u8 = b'V';
/// What follows is the embedder's: Node's views of buffers.
pub(crate) const HOST_OBJECT: u8 = b'\\';
/// Comes before a view on the channel of a child process, where other host objects have another number.
pub(crate) const VIEW_ON_CHANNEL: u32 = 0;

pub(crate) const SHARED_ARRAY_BUFFER: u8 = b'u';
pub(crate) const SHARED_OBJECT: u8 = b'p';
pub(crate) const WASM_MODULE: u8 = b'w';
pub(crate) const WASM_MEMORY: u8 = b'm';

/// In an error, after the letter of its class.
pub(crate) const ERROR_MESSAGE: u8 = b'm';
pub(crate) const ERROR_CAUSE: u8 = b'c';
pub(crate) const ERROR_STACK: u8 = b's';
pub(crate) const ERROR_END: u8 = b'.';

/// In the flags of a view: its length follows that of its buffer.
pub(crate) const VIEW_TRACKS_LENGTH: u32 = 1;
/// In the flags of a view within a program: it is a `Buffer` of Node's. V8 has no use for the bit, and does not look at it.
pub(crate) const VIEW_IS_NODES: u32 = 1 << 6;
/// In the flags of a view: its buffer is resizable.
pub(crate) const VIEW_OF_RESIZABLE: u32 = 2;
