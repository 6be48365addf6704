//! Open files.

use std::{
    fs::{Metadata, Permissions},
    io::{self, IoSlice, SeekFrom},
    panic::Location,
    path::Path,
    pin::Pin,
    task::{Context, Poll},
    time::SystemTime,
};

use ah_core::{AsyncResource, providers::FSREQCALLBACK};
use tokio::{
    fs::FileTimes,
    io::{AsyncSeek, AsyncWrite},
};

use super::OpenOptions;
use crate::observed::{
    announce::{Ongoing, Place, Request},
    handle::{fd, handle, reads},
};

handle! {
    /// As [`tokio::fs::File`], a resource of type `FILEHANDLE`: entered for each read that succeeds.
    ///
    /// Of a raw descriptor, it is created by way of the standard library's.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_tokio as tokio;
    /// use tokio::{io::AsyncReadExt, observed::fs::File};
    ///
    /// # ::tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let path = std::env::current_exe()?;
    /// let mut file = File::open(path).await?; // a request, then the file
    /// file.read_exact(&mut [0; 4]).await?; // in the scope of the file
    /// let length = file.metadata().await?.len(); // a request
    /// # assert!(length > 0);
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    File(tokio::fs::File), FILEHANDLE, request: Ongoing
}

/// Methods of tokio's, as requests.
macro_rules! requests {
    ($($name:ident($($argument:ident: $of:ty),*) -> $output:ty;)*) => {
        impl File {$(
            #[doc = concat!("As [`tokio::fs::File::", stringify!($name), "`]: a request of type `FSREQCALLBACK`.")]
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[track_caller]
            pub fn $name(&self, $($argument: $of),*) -> impl Future<Output = io::Result<$output>> {
                Request::new(FSREQCALLBACK, self.inner.$name($($argument),*))
            }
        )*}
    };
}

/// Functions of tokio's that open a file, as requests.
macro_rules! opens {
    ($($name:ident)*) => {
        impl File {$(
            #[doc = concat!("As [`tokio::fs::File::", stringify!($name), "`]: a request of type `FSREQCALLBACK`, and then the file.")]
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[track_caller]
            pub fn $name(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Self>> {
                File::opened(Location::caller(), tokio::fs::File::$name(path))
            }
        )*}
    };
}

opens! { open create create_new }

requests! {
    sync_all() -> ();
    sync_data() -> ();
    set_len(size: u64) -> ();
    metadata() -> Metadata;
    set_permissions(perm: Permissions) -> ();
    set_times(times: FileTimes) -> ();
    set_modified(time: SystemTime) -> ();
}

impl File {
    /// As [`tokio::fs::File::options`].
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// As [`tokio::fs::File::from_std`]. Announces it.
    #[track_caller]
    pub fn from_std(std: std::fs::File) -> Self {
        Self::from(tokio::fs::File::from_std(std))
    }

    /// As [`tokio::fs::File::try_clone`]: a request of type `FSREQCALLBACK`, and then another file.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn try_clone(&self) -> impl Future<Output = io::Result<Self>> {
        Self::opened(Location::caller(), self.inner.try_clone())
    }

    /// A request, and then the file.
    pub(super) async fn opened(
        place: Place,
        open: impl Future<Output = io::Result<tokio::fs::File>>,
    ) -> io::Result<Self> {
        let opened = Request::new(FSREQCALLBACK, open).at(place).await;
        opened.map(|inner| Self::made_at(place, inner))
    }

    /// As [`tokio::fs::File::into_std`]. Destroys the resource.
    pub async fn into_std(self) -> std::fs::File {
        self.into_inner().into_std().await
    }

    /// As [`tokio::fs::File::try_into_std`]. Destroys the resource.
    ///
    /// # Errors
    ///
    /// The file itself, if an operation is under way.
    #[expect(clippy::result_large_err, reason = "tokio's signature")]
    pub fn try_into_std(self) -> Result<std::fs::File, Self> {
        let Self {
            inner,
            resource,
            request,
        } = self;
        inner.try_into_std().map_err(|inner| Self {
            inner,
            resource,
            request,
        })
    }

    /// A write or a flush: a request if it has to wait.
    fn wrote<T>(&mut self, polled: Poll<T>) -> Poll<T> {
        self.request
            .if_it_waits(polled, || AsyncResource::new(FSREQCALLBACK))
    }
}

reads!(File);
fd!(File);

impl AsyncWrite for File {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.inner).poll_write(cx, buf);
        this.wrote(polled)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.inner).poll_write_vectored(cx, bufs);
        this.wrote(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.inner).poll_flush(cx);
        this.wrote(polled)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.inner).poll_shutdown(cx);
        this.wrote(polled)
    }
}

impl AsyncSeek for File {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.get_mut().inner).start_seek(position)
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.get_mut().inner).poll_complete(cx)
    }
}

/// Announces it: `FILEHANDLE`.
impl From<std::fs::File> for File {
    #[track_caller]
    fn from(std: std::fs::File) -> Self {
        Self::from_std(std)
    }
}

/// Announces it: `FILEHANDLE`.
#[cfg(unix)]
impl From<std::os::fd::OwnedFd> for File {
    #[track_caller]
    fn from(fd: std::os::fd::OwnedFd) -> Self {
        Self::from_std(fd.into())
    }
}

#[cfg(windows)]
mod windows {
    use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, OwnedHandle, RawHandle};

    use super::File;

    /// Announces it: `FILEHANDLE`.
    impl From<OwnedHandle> for File {
        #[track_caller]
        fn from(handle: OwnedHandle) -> Self {
            Self::from_std(handle.into())
        }
    }

    impl AsRawHandle for File {
        fn as_raw_handle(&self) -> RawHandle {
            self.inner.as_raw_handle()
        }
    }

    impl AsHandle for File {
        fn as_handle(&self) -> BorrowedHandle<'_> {
            self.inner.as_handle()
        }
    }
}
