//! How a child process is started.

use std::{
    ffi::OsStr,
    future::Future,
    io,
    path::Path,
    process::{ExitStatus, Output, Stdio},
};

use super::Child;
use crate::observed::handle::stands_for;

/// As [`tokio::process::Command`]: the children that it spawns are resources.
///
/// `pre_exec` is tokio's own, and returns tokio's command: go on with this one after it, not with what it returned.
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
/// use tokio::observed::process::Command;
///
/// # ::tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let mut child = Command::new("true").spawn()?; // init
/// # #[cfg(unix)]
/// assert!(child.wait().await?.success()); // before, after
/// drop(child); // destroy
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Command {
    inner: tokio::process::Command,
}

/// Methods of tokio's that return the command again.
macro_rules! options {
    ($(
        $(#[$attribute:meta])*
        $name:ident$(<$($parameter:ident: $bound:path),*>)?($($argument:ident: $of:ty),*);
    )*) => {
        impl Command {$(
            #[doc = concat!("As tokio's method `", stringify!($name), "`.")]
            $(#[$attribute])*
            pub fn $name$(<$($parameter: $bound),*>)?(&mut self, $($argument: $of),*) -> &mut Self {
                self.inner.$name($($argument),*);
                self
            }
        )*}
    };
}

options! {
    arg<S: AsRef<OsStr>>(arg: S);
    env_remove<K: AsRef<OsStr>>(key: K);
    env_clear();
    current_dir<P: AsRef<Path>>(dir: P);
    stdin<T: Into<Stdio>>(cfg: T);
    stdout<T: Into<Stdio>>(cfg: T);
    stderr<T: Into<Stdio>>(cfg: T);
    kill_on_drop(kill_on_drop: bool);
    #[cfg(unix)]
    uid(id: u32);
    #[cfg(unix)]
    gid(id: u32);
    #[cfg(unix)]
    arg0<S: AsRef<OsStr>>(arg: S);
    #[cfg(unix)]
    process_group(pgroup: i32);
    #[cfg(windows)]
    raw_arg<S: AsRef<OsStr>>(text_to_append_as_is: S);
    #[cfg(windows)]
    creation_flags(flags: u32);
}

impl Command {
    /// As [`tokio::process::Command::new`].
    pub fn new<S: AsRef<OsStr>>(program: S) -> Self {
        Self::from(tokio::process::Command::new(program))
    }

    /// As [`tokio::process::Command::args`].
    pub fn args<I, S>(&mut self, args: I) -> &mut Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.inner.args(args);
        self
    }

    /// As [`tokio::process::Command::env`].
    pub fn env<K, V>(&mut self, key: K, val: V) -> &mut Self
    where
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.inner.env(key, val);
        self
    }

    /// As [`tokio::process::Command::envs`].
    pub fn envs<I, K, V>(&mut self, vars: I) -> &mut Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.inner.envs(vars);
        self
    }

    /// As [`tokio::process::Command::spawn`]. Announces the child, then its pipes.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn(&mut self) -> io::Result<Child> {
        Ok(Child::from(self.inner.spawn()?))
    }

    /// As tokio's method of this name. Announces the child, then its pipes.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[cfg(tokio_unstable)]
    #[track_caller]
    pub fn spawn_with(
        &mut self,
        with: impl FnOnce(&mut std::process::Command) -> io::Result<std::process::Child>,
    ) -> io::Result<Child> {
        Ok(Child::from(self.inner.spawn_with(with)?))
    }

    /// As [`tokio::process::Command::status`]. The child is there until it exits or the future is dropped.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + use<> {
        let child = self.spawn();
        async {
            let mut child = child?;
            child.close_pipes(); // it may wait for one
            child.wait().await
        }
    }

    /// As [`tokio::process::Command::output`]. The child is there until it exits or the future is dropped.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + use<> {
        let child = self.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        async { child?.wait_with_output().await }
    }

    /// As [`tokio::process::Command::into_std`].
    pub fn into_std(self) -> std::process::Command {
        self.inner.into_std()
    }

    /// Returns tokio's value.
    pub fn into_inner(self) -> tokio::process::Command {
        self.inner
    }
}

impl From<tokio::process::Command> for Command {
    fn from(inner: tokio::process::Command) -> Self {
        Self { inner }
    }
}

impl From<std::process::Command> for Command {
    fn from(std: std::process::Command) -> Self {
        Self::from(tokio::process::Command::from(std))
    }
}

stands_for!(Command, tokio::process::Command);
