//! Receiving, the same for both kinds of channel.

/// All of a receiver's methods.
macro_rules! receives {
    ($name:ident) => {
        use std::task::Poll;

        use tokio::sync::mpsc::error::TryRecvError;

        use crate::sync::Context;

        impl<T> $name<T> {
            /// As tokio's method of this name.
            pub async fn recv(&mut self) -> Option<T> {
                self.0.recv().await.map(Envelope::message)
            }

            /// As [`recv`](Self::recv), with the context of the sender.
            pub async fn recv_with_context(&mut self) -> Option<(T, Context)> {
                self.0.recv().await.map(Envelope::open)
            }

            /// As tokio's method of this name.
            pub async fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                let mut envelopes = Vec::new();
                let count = self.0.recv_many(&mut envelopes, limit).await;
                buffer.extend(envelopes.into_iter().map(Envelope::message));
                count
            }

            /// As [`recv_many`](Self::recv_many), with the contexts of the senders.
            pub async fn recv_many_with_context(
                &mut self,
                buffer: &mut Vec<(T, Context)>,
                limit: usize,
            ) -> usize {
                let mut envelopes = Vec::new();
                let count = self.0.recv_many(&mut envelopes, limit).await;
                buffer.extend(envelopes.into_iter().map(Envelope::open));
                count
            }

            /// As tokio's method of this name.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                self.0.try_recv().map(Envelope::message)
            }

            /// As [`try_recv`](Self::try_recv), with the context of the sender.
            ///
            /// # Errors
            ///
            /// As tokio's.
            pub fn try_recv_with_context(&mut self) -> Result<(T, Context), TryRecvError> {
                self.0.try_recv().map(Envelope::open)
            }

            /// As tokio's method of this name.
            ///
            /// # Panics
            ///
            /// As tokio's.
            #[track_caller]
            pub fn blocking_recv(&mut self) -> Option<T> {
                self.0.blocking_recv().map(Envelope::message)
            }

            /// As [`blocking_recv`](Self::blocking_recv), with the context of the sender.
            ///
            /// # Panics
            ///
            /// As tokio's.
            #[track_caller]
            pub fn blocking_recv_with_context(&mut self) -> Option<(T, Context)> {
                self.0.blocking_recv().map(Envelope::open)
            }

            /// As tokio's method of this name.
            ///
            /// # Panics
            ///
            /// As tokio's.
            #[track_caller]
            pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                let mut envelopes = Vec::new();
                let count = self.0.blocking_recv_many(&mut envelopes, limit);
                buffer.extend(envelopes.into_iter().map(Envelope::message));
                count
            }

            /// As tokio's method of this name.
            pub fn poll_recv(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Option<T>> {
                let polled = self.0.poll_recv(cx);
                polled.map(|received| received.map(Envelope::message))
            }

            /// As [`poll_recv`](Self::poll_recv), with the context of the sender.
            pub fn poll_recv_with_context(
                &mut self,
                cx: &mut std::task::Context<'_>,
            ) -> Poll<Option<(T, Context)>> {
                let polled = self.0.poll_recv(cx);
                polled.map(|received| received.map(Envelope::open))
            }

            /// As tokio's method of this name.
            pub fn poll_recv_many(
                &mut self,
                cx: &mut std::task::Context<'_>,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> Poll<usize> {
                let mut envelopes = Vec::new();
                let polled = self.0.poll_recv_many(cx, &mut envelopes, limit);
                buffer.extend(envelopes.into_iter().map(Envelope::message));
                polled
            }

            /// As tokio's method of this name.
            pub fn close(&mut self) {
                self.0.close();
            }
        }

        $crate::sync::asks!($name:
            is_closed -> bool,
            is_empty -> bool,
            len -> usize,
            sender_strong_count -> usize,
            sender_weak_count -> usize
        );
    };
}

pub(super) use receives;
