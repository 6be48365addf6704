//! Directories.

use std::{
    fs::{FileType, Metadata},
    future::poll_fn,
    io,
    panic::Location,
    path::Path,
    task::{Context, Poll},
};

use ah_core::providers::FSREQCALLBACK;

use crate::observed::{
    announce::{Request, delivered},
    handle::{handle, is_no_resource},
};

/// As [`tokio::fs::read_dir`]: a request of type `FSREQCALLBACK`, and then the open directory.
///
/// # Errors
///
/// As tokio's.
#[track_caller]
pub fn read_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<ReadDir>> {
    let place = Location::caller();
    let open = Request::new(FSREQCALLBACK, tokio::fs::read_dir(path));
    async move { open.await.map(|inner| ReadDir::made_at(place, inner)) }
}

handle! {
    /// As [`tokio::fs::ReadDir`], a resource of type `DIRHANDLE`: entered for each entry, and for the end.
    ReadDir(tokio::fs::ReadDir), DIRHANDLE
}

impl ReadDir {
    /// As [`tokio::fs::ReadDir::next_entry`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn next_entry(&mut self) -> io::Result<Option<DirEntry>> {
        poll_fn(|cx| self.poll_next_entry(cx)).await
    }

    /// As [`tokio::fs::ReadDir::poll_next_entry`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn poll_next_entry(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<DirEntry>>> {
        let polled = self.inner.poll_next_entry(cx);
        polled.map(|entry| Ok(delivered(&self.resource, entry)?.map(DirEntry::from)))
    }
}

/// As [`tokio::fs::DirEntry`]. It is no resource, but what it asks the system is a request.
pub struct DirEntry {
    inner: tokio::fs::DirEntry,
}

impl DirEntry {
    /// As [`tokio::fs::DirEntry::metadata`]: a request of type `FSREQCALLBACK`.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn metadata(&self) -> impl Future<Output = io::Result<Metadata>> {
        Request::new(FSREQCALLBACK, self.inner.metadata())
    }

    /// As [`tokio::fs::DirEntry::file_type`]: a request of type `FSREQCALLBACK`, unless the directory had it already.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn file_type(&self) -> impl Future<Output = io::Result<FileType>> {
        Request::if_it_waits(FSREQCALLBACK, self.inner.file_type())
    }
}

is_no_resource!(DirEntry, tokio::fs::DirEntry);

/// As [`tokio::fs::DirBuilder`]: what it creates is a request.
#[derive(Debug, Default)]
pub struct DirBuilder {
    inner: tokio::fs::DirBuilder,
}

impl DirBuilder {
    /// As [`tokio::fs::DirBuilder::new`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`tokio::fs::DirBuilder::recursive`].
    pub fn recursive(&mut self, recursive: bool) -> &mut Self {
        self.inner.recursive(recursive);
        self
    }

    /// As tokio's option `mode`.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        self.inner.mode(mode);
        self
    }

    /// As [`tokio::fs::DirBuilder::create`]: a request of type `FSREQCALLBACK`.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn create(&self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
        Request::new(FSREQCALLBACK, self.inner.create(path))
    }
}
