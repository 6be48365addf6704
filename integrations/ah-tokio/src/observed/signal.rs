//! Signals that are resources: tokio's module, with the same names.
//!
//! | what | announces |
//! |---|---|
//! | [`unix::Signal`] | `SIGNALWRAP` when created; entered for each signal that it delivers |
//! | [`ctrl_c`] | `SIGNALWRAP` when awaited; entered once, when the signal is there, and then destroyed |
//!
//! Windows' own signals announce nothing, but for `ctrl_c`.

use std::io;

use ah_core::providers::SIGNALWRAP;
#[cfg(windows)]
pub use tokio::signal::windows;

use crate::observed::announce::Request;

/// As [`tokio::signal::ctrl_c`]: a resource of type `SIGNALWRAP` until the signal is there.
///
/// # Errors
///
/// As tokio's.
#[track_caller]
pub fn ctrl_c() -> impl Future<Output = io::Result<()>> {
    Request::new(SIGNALWRAP, tokio::signal::ctrl_c())
}

/// The signals of Unix.
#[cfg(unix)]
pub mod unix {
    use std::{
        future::poll_fn,
        io,
        task::{Context, Poll},
    };

    #[doc(no_inline)]
    pub use tokio::signal::unix::*;

    use crate::observed::{announce, handle::handle};

    /// As [`tokio::signal::unix::signal`]. Announces the stream of signals.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_tokio as tokio;
    /// use tokio::observed::signal::unix::{SignalKind, signal};
    ///
    /// # ::tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
    /// let mut hangups = signal(SignalKind::hangup())?;
    /// # let reload = async {
    /// while let Some(()) = hangups.recv().await { // each in the scope of `hangups`
    ///     println!("reading the configuration again");
    /// }
    /// # };
    /// # drop(reload);
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn signal(kind: SignalKind) -> io::Result<Signal> {
        Ok(Signal::from(tokio::signal::unix::signal(kind)?))
    }

    handle! {
        /// As [`tokio::signal::unix::Signal`], a resource of type `SIGNALWRAP`: entered for each signal that it delivers.
        Signal(tokio::signal::unix::Signal), SIGNALWRAP
    }

    impl Signal {
        /// As [`tokio::signal::unix::Signal::recv`].
        pub async fn recv(&mut self) -> Option<()> {
            poll_fn(|cx| self.poll_recv(cx)).await
        }

        /// As [`tokio::signal::unix::Signal::poll_recv`].
        pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
            let polled = self.inner.poll_recv(cx);
            if let Poll::Ready(Some(())) = polled {
                announce::deliver(&self.resource);
            }
            polled
        }
    }
}
