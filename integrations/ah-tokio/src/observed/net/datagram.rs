//! What sockets for datagrams have in common.

use std::io;

use ah_core::{AsyncResource, providers::UDPSENDWRAP};

use crate::observed::announce::Request;

/// A send of this socket: a request if it has to wait.
#[track_caller]
pub(super) fn send<F: Future<Output = io::Result<usize>>>(
    socket: &AsyncResource,
    send: F,
) -> Request<F> {
    Request::if_it_waits(UDPSENDWRAP, send).because_of(socket.async_id())
}

/// Receiving: each datagram enters the scope of the socket.
macro_rules! receives {
    ($name:ty, $address:ty) => {
        impl $name {
            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub async fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
                delivered(&self.resource, self.inner.recv(buf).await)
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn poll_recv(
                &self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                let polled = self.inner.poll_recv(cx, buf);
                polled.map(|received| delivered(&self.resource, received))
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn try_recv(&self, buf: &mut [u8]) -> io::Result<usize> {
                delivered(&self.resource, self.inner.try_recv(buf))
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub async fn recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, $address)> {
                delivered(&self.resource, self.inner.recv_from(buf).await)
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn poll_recv_from(
                &self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<$address>> {
                let polled = self.inner.poll_recv_from(cx, buf);
                polled.map(|received| delivered(&self.resource, received))
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn try_recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, $address)> {
                delivered(&self.resource, self.inner.try_recv_from(buf))
            }
        }

        #[cfg(feature = "io-util")]
        impl $name {
            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub async fn recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                delivered(&self.resource, self.inner.recv_buf(buf).await)
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn try_recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> io::Result<usize> {
                delivered(&self.resource, self.inner.try_recv_buf(buf))
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub async fn recv_buf_from<B: bytes::BufMut>(
                &self,
                buf: &mut B,
            ) -> io::Result<(usize, $address)> {
                delivered(&self.resource, self.inner.recv_buf_from(buf).await)
            }

            /// As tokio's method of this name. Enters the scope if it succeeds.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn try_recv_buf_from<B: bytes::BufMut>(
                &self,
                buf: &mut B,
            ) -> io::Result<(usize, $address)> {
                delivered(&self.resource, self.inner.try_recv_buf_from(buf))
            }
        }
    };
}

pub(crate) use receives;
