//! The pipes of a child process.

use std::{io, process::Stdio};

use crate::observed::{
    announce::Ongoing,
    handle::{fd, handle, reads, writes},
};

handle! {
    /// As [`tokio::process::ChildStdin`], a resource of type `PIPEWRAP` that triggers its requests.
    ChildStdin(tokio::process::ChildStdin), PIPEWRAP, request: Ongoing
}

handle! {
    /// As [`tokio::process::ChildStdout`], a resource of type `PIPEWRAP`: entered for each read that succeeds.
    ChildStdout(tokio::process::ChildStdout), PIPEWRAP
}

handle! {
    /// As [`tokio::process::ChildStderr`], a resource of type `PIPEWRAP`: entered for each read that succeeds.
    ChildStderr(tokio::process::ChildStderr), PIPEWRAP
}

/// What the pipes wrap, and are converted into.
macro_rules! pipes {
    ($($name:ident)*) => {$(
        impl $name {
            /// As tokio's function of this name. Announces the pipe.
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[track_caller]
            pub fn from_std(inner: std::process::$name) -> io::Result<Self> {
                Ok(Self::from(tokio::process::$name::from_std(inner)?))
            }

            /// As tokio's method of this name. Destroys the resource.
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[cfg(unix)]
            pub fn into_owned_fd(self) -> io::Result<std::os::fd::OwnedFd> {
                self.into_inner().into_owned_fd()
            }

            /// As tokio's method of this name. Destroys the resource.
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[cfg(windows)]
            pub fn into_owned_handle(self) -> io::Result<std::os::windows::io::OwnedHandle> {
                self.into_inner().into_owned_handle()
            }
        }

        /// For another child. Destroys the resource.
        impl TryFrom<$name> for Stdio {
            type Error = io::Error;

            fn try_from(pipe: $name) -> io::Result<Self> {
                pipe.into_inner().try_into()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsRawHandle for $name {
            fn as_raw_handle(&self) -> std::os::windows::io::RawHandle {
                self.inner.as_raw_handle()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsHandle for $name {
            fn as_handle(&self) -> std::os::windows::io::BorrowedHandle<'_> {
                self.inner.as_handle()
            }
        }
    )*};
}

pipes! { ChildStdin ChildStdout ChildStderr }

reads!(ChildStdout, ChildStderr);
writes!(ChildStdin);
fd!(ChildStdin, ChildStdout, ChildStderr);
