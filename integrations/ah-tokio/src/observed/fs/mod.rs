//! Files that are resources: tokio's module, with the same names.
//!
//! | what | announces |
//! |---|---|
//! | each function here, each `open`, each method of [`File`] and [`DirEntry`] that asks the system | `FSREQCALLBACK`, a request: entered once, when it is complete, and then destroyed |
//! | [`File`] | `FILEHANDLE` when opened; entered for each read that succeeds; destroyed when dropped |
//! | a write, or the flush after it, that has to wait | `FSREQCALLBACK`, a request |
//! | [`ReadDir`] | `DIRHANDLE` when opened; entered for each entry, and for the end |

mod dir;
mod file;
mod open_options;
mod requests;

pub use dir::{DirBuilder, DirEntry, ReadDir, read_dir};
pub use file::File;
pub use open_options::OpenOptions;
#[cfg(unix)]
pub use requests::symlink;
pub use requests::{
    canonicalize, copy, create_dir, create_dir_all, hard_link, metadata, read, read_link,
    read_to_string, remove_dir, remove_dir_all, remove_file, rename, set_permissions,
    symlink_metadata, try_exists, write,
};
#[cfg(windows)]
pub use requests::{symlink_dir, symlink_file};
#[doc(no_inline)]
pub use tokio::fs::*;
