//! Pipes, anonymous and named: both ends are resources of type `PIPEWRAP`.

use std::{fs::File, io, os::fd::OwnedFd, path::Path};

use crate::observed::{
    announce::Ongoing,
    handle::{fd, handle, is_no_resource, reads, try_reads, writes},
};

/// As [`tokio::net::unix::pipe::pipe`]. Announces both ends.
///
/// # Errors
///
/// As tokio's.
#[track_caller]
pub fn pipe() -> io::Result<(Sender, Receiver)> {
    let (sender, receiver) = tokio::net::unix::pipe::pipe()?;
    Ok((Sender::from(sender), Receiver::from(receiver)))
}

/// As [`tokio::net::unix::pipe::OpenOptions`]: it opens ends that are resources.
#[derive(Clone)]
pub struct OpenOptions {
    inner: tokio::net::unix::pipe::OpenOptions,
}

impl OpenOptions {
    /// As tokio's function of this name.
    #[must_use]
    pub fn new() -> Self {
        Self {
            inner: tokio::net::unix::pipe::OpenOptions::new(),
        }
    }

    /// As tokio's method of this name.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn read_write(&mut self, value: bool) -> &mut Self {
        self.inner.read_write(value);
        self
    }

    /// As tokio's method of this name.
    pub fn unchecked(&mut self, value: bool) -> &mut Self {
        self.inner.unchecked(value);
        self
    }

    /// As tokio's method of this name. Announces the end.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn open_receiver<P: AsRef<Path>>(&self, path: P) -> io::Result<Receiver> {
        Ok(Receiver::from(self.inner.open_receiver(path)?))
    }

    /// As tokio's method of this name. Announces the end.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn open_sender<P: AsRef<Path>>(&self, path: P) -> io::Result<Sender> {
        Ok(Sender::from(self.inner.open_sender(path)?))
    }
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self::new()
    }
}

is_no_resource!(OpenOptions, tokio::net::unix::pipe::OpenOptions);

handle! {
    /// As [`tokio::net::unix::pipe::Sender`], a resource of type `PIPEWRAP` that triggers its requests.
    Sender(tokio::net::unix::pipe::Sender), PIPEWRAP, request: Ongoing
}

handle! {
    /// As [`tokio::net::unix::pipe::Receiver`], a resource of type `PIPEWRAP`: entered for each read that succeeds.
    Receiver(tokio::net::unix::pipe::Receiver), PIPEWRAP
}

/// What both ends wrap, and are converted into.
macro_rules! ends {
    ($($name:ident: $inner:ty,)*) => {$(
        impl $name {
            /// As tokio's function of this name. Announces the end.
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[track_caller]
            pub fn from_file(file: File) -> io::Result<Self> {
                Ok(Self::from(<$inner>::from_file(file)?))
            }

            /// As tokio's function of this name. Announces the end.
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[track_caller]
            pub fn from_owned_fd(owned_fd: OwnedFd) -> io::Result<Self> {
                Ok(Self::from(<$inner>::from_owned_fd(owned_fd)?))
            }

            /// As tokio's function of this name. Announces the end.
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[track_caller]
            pub fn from_file_unchecked(file: File) -> io::Result<Self> {
                Ok(Self::from(<$inner>::from_file_unchecked(file)?))
            }

            /// As tokio's function of this name. Announces the end.
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[track_caller]
            pub fn from_owned_fd_unchecked(owned_fd: OwnedFd) -> io::Result<Self> {
                Ok(Self::from(<$inner>::from_owned_fd_unchecked(owned_fd)?))
            }

            /// As tokio's method of this name. Destroys the resource.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
                self.into_inner().into_blocking_fd()
            }

            /// As tokio's method of this name. Destroys the resource.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
                self.into_inner().into_nonblocking_fd()
            }
        }
    )*};
}

ends! {
    Sender: tokio::net::unix::pipe::Sender,
    Receiver: tokio::net::unix::pipe::Receiver,
}

reads!(Receiver);
try_reads!(Receiver);
writes!(Sender);
fd!(Sender, Receiver);
