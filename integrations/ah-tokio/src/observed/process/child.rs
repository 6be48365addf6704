//! A running child process.

use std::{
    io,
    panic::Location,
    process::{ExitStatus, Output},
};

use ah_core::{AsyncResource, Resource, providers::PROCESSWRAP};

use super::{ChildStderr, ChildStdin, ChildStdout};
use crate::observed::{
    announce::{deliver, made_at},
    handle::stands_for,
};

/// As [`tokio::process::Child`], a resource of type `PROCESSWRAP`: entered once, when its exit is seen.
pub struct Child {
    inner: tokio::process::Child,
    resource: AsyncResource,
    has_exited: bool,
    /// As tokio's field of this name.
    pub stdin: Option<ChildStdin>,
    /// As tokio's field of this name.
    pub stdout: Option<ChildStdout>,
    /// As tokio's field of this name.
    pub stderr: Option<ChildStderr>,
}

impl Child {
    /// As [`tokio::process::Child::wait`]. Enters the scope when the child has exited.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        drop(self.stdin.take()); // as tokio does: the child may wait for its end
        let status = self.inner.wait().await?;
        self.exited();
        Ok(status)
    }

    /// As [`tokio::process::Child::try_wait`]. Enters the scope when the child has exited.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.inner.try_wait()?;
        if status.is_some() {
            self.exited();
        }
        Ok(status)
    }

    /// As [`tokio::process::Child::kill`]. Enters the scope when the child has exited.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn kill(&mut self) -> io::Result<()> {
        self.inner.start_kill()?;
        self.wait().await.map(drop)
    }

    /// As [`tokio::process::Child::wait_with_output`]. Enters the scope of each pipe that was read, and then its own.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn wait_with_output(mut self) -> io::Result<Output> {
        drop(self.stdin.take());
        let stdout = self.stdout.take().map(|pipe| (pipe.inner, pipe.resource));
        let stderr = self.stderr.take().map(|pipe| (pipe.inner, pipe.resource));
        let (stdout, stdout_resource) = stdout.unzip();
        let (stderr, stderr_resource) = stderr.unzip();
        self.inner.stdout = stdout;
        self.inner.stderr = stderr;
        let output = self.inner.wait_with_output().await?;
        stdout_resource
            .iter()
            .chain(&stderr_resource)
            .for_each(deliver);
        if !self.has_exited {
            deliver(&self.resource);
        }
        Ok(output)
    }

    fn exited(&mut self) {
        if !std::mem::replace(&mut self.has_exited, true) {
            deliver(&self.resource);
        }
    }

    pub(super) fn close_pipes(&mut self) {
        self.stdin = None;
        self.stdout = None;
        self.stderr = None;
    }

    /// Returns tokio's value. What is done with it is not announced.
    pub fn get_ref(&self) -> &tokio::process::Child {
        &self.inner
    }

    /// Returns tokio's value. What is done with it is not announced.
    pub fn get_mut(&mut self) -> &mut tokio::process::Child {
        &mut self.inner
    }

    /// Destroys the resource, and those of its pipes, and returns tokio's value.
    pub fn into_inner(mut self) -> tokio::process::Child {
        self.inner.stdin = self.stdin.map(ChildStdin::into_inner);
        self.inner.stdout = self.stdout.map(ChildStdout::into_inner);
        self.inner.stderr = self.stderr.map(ChildStderr::into_inner);
        self.inner
    }
}

/// Announces the child, then its pipes.
impl From<tokio::process::Child> for Child {
    #[track_caller]
    fn from(mut inner: tokio::process::Child) -> Self {
        let place = Location::caller();
        let resource = made_at(place, PROCESSWRAP, None);
        let stdin = inner.stdin.take();
        let stdout = inner.stdout.take();
        let stderr = inner.stderr.take();
        Self {
            inner,
            resource,
            has_exited: false,
            stdin: stdin.map(|pipe| ChildStdin::made_at(place, pipe)),
            stdout: stdout.map(|pipe| ChildStdout::made_at(place, pipe)),
            stderr: stderr.map(|pipe| ChildStderr::made_at(place, pipe)),
        }
    }
}

impl Resource for Child {
    fn async_resource(&self) -> &AsyncResource {
        &self.resource
    }
}

stands_for!(Child, tokio::process::Child);
