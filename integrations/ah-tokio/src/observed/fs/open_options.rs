//! How a file is opened.

use std::{io, panic::Location, path::Path};

use super::File;

/// As [`tokio::fs::OpenOptions`]: it opens files that are resources.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    inner: tokio::fs::OpenOptions,
}

/// Options of tokio's.
macro_rules! options {
    ($($(#[$attribute:meta])* $name:ident($argument:ident: $of:ty);)*) => {
        impl OpenOptions {$(
            #[doc = concat!("As tokio's option `", stringify!($name), "`.")]
            $(#[$attribute])*
            pub fn $name(&mut self, $argument: $of) -> &mut Self {
                self.inner.$name($argument);
                self
            }
        )*}
    };
}

options! {
    read(read: bool);
    write(write: bool);
    append(append: bool);
    truncate(truncate: bool);
    create(create: bool);
    create_new(create_new: bool);
    #[cfg(unix)]
    mode(mode: u32);
    #[cfg(unix)]
    custom_flags(flags: i32);
    #[cfg(windows)]
    access_mode(access: u32);
    #[cfg(windows)]
    share_mode(share: u32);
    #[cfg(windows)]
    custom_flags(flags: u32);
    #[cfg(windows)]
    attributes(attributes: u32);
    #[cfg(windows)]
    security_qos_flags(flags: u32);
}

impl OpenOptions {
    /// As [`tokio::fs::OpenOptions::new`].
    #[must_use]
    pub fn new() -> Self {
        Self::from(tokio::fs::OpenOptions::new())
    }

    /// As [`tokio::fs::OpenOptions::open`]: a request of type `FSREQCALLBACK`, and then the file.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn open(&self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        File::opened(Location::caller(), self.inner.open(path))
    }
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl From<tokio::fs::OpenOptions> for OpenOptions {
    fn from(inner: tokio::fs::OpenOptions) -> Self {
        Self { inner }
    }
}

impl From<std::fs::OpenOptions> for OpenOptions {
    fn from(options: std::fs::OpenOptions) -> Self {
        Self::from(tokio::fs::OpenOptions::from(options))
    }
}
