//! The shape of a handle: tokio's type beside a resource. These macros write what is the same for all of them.

#![cfg_attr(
    not(feature = "full"),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "no module uses all of it"
    )
)]

/// A type that owns a value of tokio's and its resource, and is one of tokio's in all that is not said otherwise.
macro_rules! handle {
    (
        $(#[$attribute:meta])*
        $name:ident($inner:ty), $provider:ident $(, $field:ident: $of:ty)*
    ) => {
        $(#[$attribute])*
        pub struct $name {
            pub(crate) inner: $inner,
            pub(crate) resource: ah_core::AsyncResource,
            $(pub(crate) $field: $of,)*
        }

        impl $name {
            /// With a resource that is there already.
            pub(crate) fn with(inner: $inner, resource: ah_core::AsyncResource) -> Self {
                Self { inner, resource, $($field: <$of>::default(),)* }
            }

            /// Announces it, as asked for there.
            pub(crate) fn made_at(place: $crate::observed::announce::Place, inner: $inner) -> Self {
                let ty = ah_core::providers::$provider;
                Self::with(inner, $crate::observed::announce::made_at(place, ty, None))
            }

            /// Returns tokio's value. What is done with it is not announced.
            pub fn get_ref(&self) -> &$inner {
                &self.inner
            }

            /// Returns tokio's value. What is done with it is not announced.
            pub fn get_mut(&mut self) -> &mut $inner {
                &mut self.inner
            }

            /// Destroys the resource, and returns tokio's value.
            pub fn into_inner(self) -> $inner {
                self.inner
            }
        }

        #[doc = concat!("Announces it as [`", stringify!($provider), "`](ah_core::providers::", stringify!($provider), ").")]
        impl From<$inner> for $name {
            #[track_caller]
            fn from(inner: $inner) -> Self {
                Self::made_at(std::panic::Location::caller(), inner)
            }
        }

        /// Lends tokio's value. What is done with it is not announced.
        impl AsRef<$inner> for $name {
            fn as_ref(&self) -> &$inner {
                &self.inner
            }
        }

        impl ah_core::Resource for $name {
            fn async_resource(&self) -> &ah_core::AsyncResource {
                &self.resource
            }
        }

        $crate::observed::handle::stands_for!($name, $inner);
    };
}

/// Lends what tokio's type has, where this type does not have it itself.
macro_rules! stands_for {
    ($name:ty, $inner:ty $(, $lifetime:lifetime)?) => {
        impl $(<$lifetime>)? std::ops::Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.inner
            }
        }

        impl $(<$lifetime>)? std::ops::DerefMut for $name {
            fn deref_mut(&mut self) -> &mut $inner {
                &mut self.inner
            }
        }

        impl $(<$lifetime>)? std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

/// Gives tokio's value back, where there is no resource or one that others keep.
macro_rules! gives_back {
    ($name:ty, $inner:ty $(, $lifetime:lifetime)?) => {
        impl $(<$lifetime>)? $name {
            /// Returns tokio's value. What is done with it is not announced.
            pub fn into_inner(self) -> $inner {
                self.inner
            }
        }
    };
}

/// What is no resource itself: created from tokio's value and back.
macro_rules! is_no_resource {
    ($name:ident, $inner:ty) => {
        $crate::observed::handle::gives_back!($name, $inner);
        $crate::observed::handle::stands_for!($name, $inner);

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self { inner }
            }
        }

        /// Lends tokio's value. What is done with it is not announced.
        impl AsRef<$inner> for $name {
            fn as_ref(&self) -> &$inner {
                &self.inner
            }
        }
    };
}

/// Converts one of the standard library's types into one of ours, as tokio does.
#[cfg(feature = "net")]
macro_rules! from_std {
    ($($name:ident: $std:ty,)*) => {$(
        impl $name {
            /// As tokio's function of this name. Announces it.
            ///
            /// # Errors
            ///
            /// As tokio's.
            ///
            /// # Panics
            ///
            /// Outside of a runtime with I/O enabled.
            #[track_caller]
            pub fn from_std(std: $std) -> std::io::Result<Self> {
                Ok(Self::from(<Self as std::ops::Deref>::Target::from_std(std)?))
            }

            /// As tokio's function of this name. Destroys the resource.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn into_std(self) -> std::io::Result<$std> {
                self.into_inner().into_std()
            }
        }

        impl TryFrom<$std> for $name {
            type Error = std::io::Error;

            #[track_caller]
            fn try_from(std: $std) -> std::io::Result<Self> {
                Self::from_std(std)
            }
        }
    )*};
}

/// Reading: each read that succeeds enters the handle's scope.
macro_rules! reads {
    ($($name:ty),*) => {$(
        impl tokio::io::AsyncRead for $name {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let this = self.get_mut();
                let polled = std::pin::Pin::new(&mut this.inner).poll_read(cx, buf);
                polled.map(|read| $crate::observed::announce::delivered(&this.resource, read))
            }
        }
    )*};
}

/// Writing: a write that waits and each shutdown are requests, triggered by the handle.
macro_rules! writes {
    ($($name:ty),*) => {$(
        impl tokio::io::AsyncWrite for $name {
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let this = self.get_mut();
                let polled = std::pin::Pin::new(&mut this.inner).poll_write(cx, buf);
                this.request.write(&this.resource, polled)
            }

            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let this = self.get_mut();
                let polled = std::pin::Pin::new(&mut this.inner).poll_write_vectored(cx, bufs);
                this.request.write(&this.resource, polled)
            }

            fn is_write_vectored(&self) -> bool {
                self.inner.is_write_vectored()
            }

            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::pin::Pin::new(&mut self.get_mut().inner).poll_flush(cx)
            }

            fn poll_shutdown(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let this = self.get_mut();
                let inner = std::pin::Pin::new(&mut this.inner);
                this.request.shut_down(&this.resource, || inner.poll_shutdown(cx))
            }
        }
    )*};
}

/// Reading at once: each read that succeeds enters the handle's scope.
#[cfg(feature = "net")]
macro_rules! try_reads {
    ($($name:ty),*) => {$(
        impl $name {
            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn try_read(&self, buf: &mut [u8]) -> std::io::Result<usize> {
                $crate::observed::announce::delivered(&self.resource, self.inner.try_read(buf))
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn try_read_vectored(
                &self,
                bufs: &mut [std::io::IoSliceMut<'_>],
            ) -> std::io::Result<usize> {
                $crate::observed::announce::delivered(&self.resource, self.inner.try_read_vectored(bufs))
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            #[cfg(feature = "io-util")]
            pub fn try_read_buf<B: bytes::BufMut>(&self, buf: &mut B) -> std::io::Result<usize> {
                $crate::observed::announce::delivered(&self.resource, self.inner.try_read_buf(buf))
            }
        }
    )*};
}

/// The descriptor of a handle, on Unix.
macro_rules! fd {
    ($($name:ty),*) => {$(
        #[cfg(unix)]
        impl std::os::fd::AsRawFd for $name {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                self.inner.as_raw_fd()
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsFd for $name {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                self.inner.as_fd()
            }
        }
    )*};
}

/// The socket of a handle: a descriptor on Unix.
#[cfg(feature = "net")]
macro_rules! socket {
    ($($name:ty),*) => {$(
        $crate::observed::handle::fd!($name);

        #[cfg(windows)]
        impl std::os::windows::io::AsRawSocket for $name {
            fn as_raw_socket(&self) -> std::os::windows::io::RawSocket {
                self.inner.as_raw_socket()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsSocket for $name {
            fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
                self.inner.as_socket()
            }
        }
    )*};
}

pub(crate) use {fd, gives_back, handle, is_no_resource, reads, stands_for, writes};
#[cfg(feature = "net")]
pub(crate) use {from_std, socket, try_reads};
