//! What asks the system once.

use std::{
    fs::{Metadata, Permissions},
    io,
    path::{Path, PathBuf},
};

use ah_core::providers::FSREQCALLBACK;

use crate::observed::announce::Request;

/// A function of tokio's, as a request.
macro_rules! requests {
    ($(
        $(#[$attribute:meta])*
        $name:ident($($argument:ident: $of:ty),*) -> $output:ty;
    )*) => {$(
        #[doc = concat!("As [`tokio::fs::", stringify!($name), "`]: a request of type `FSREQCALLBACK`.")]
        ///
        /// # Errors
        ///
        /// As tokio's.
        $(#[$attribute])*
        #[track_caller]
        pub fn $name($($argument: $of),*) -> impl Future<Output = io::Result<$output>> {
            Request::new(FSREQCALLBACK, tokio::fs::$name($($argument),*))
        }
    )*};
}

requests! {
    canonicalize(path: impl AsRef<Path>) -> PathBuf;
    copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> u64;
    create_dir(path: impl AsRef<Path>) -> ();
    create_dir_all(path: impl AsRef<Path>) -> ();
    hard_link(original: impl AsRef<Path>, link: impl AsRef<Path>) -> ();
    metadata(path: impl AsRef<Path>) -> Metadata;
    read(path: impl AsRef<Path>) -> Vec<u8>;
    read_link(path: impl AsRef<Path>) -> PathBuf;
    read_to_string(path: impl AsRef<Path>) -> String;
    remove_dir(path: impl AsRef<Path>) -> ();
    remove_dir_all(path: impl AsRef<Path>) -> ();
    remove_file(path: impl AsRef<Path>) -> ();
    rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> ();
    set_permissions(path: impl AsRef<Path>, perm: Permissions) -> ();
    #[cfg(unix)]
    symlink(original: impl AsRef<Path>, link: impl AsRef<Path>) -> ();
    #[cfg(windows)]
    symlink_dir(original: impl AsRef<Path>, link: impl AsRef<Path>) -> ();
    #[cfg(windows)]
    symlink_file(original: impl AsRef<Path>, link: impl AsRef<Path>) -> ();
    symlink_metadata(path: impl AsRef<Path>) -> Metadata;
    try_exists(path: impl AsRef<Path>) -> bool;
    write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> ();
}
